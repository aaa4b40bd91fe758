// danfojs-node reads Excel files with xlsx and addresses with request. Neither is maintained on npm any longer, and
// request brings 40 packages of the same age. The kit makes its tables from results and needs neither: whatever of
// them is called throws this error.
const absent = new Proxy(() => {}, {
  get: (_, name) => (typeof name === "symbol" || name === "then" ? undefined : absent),
  apply: () => {
    throw new Error(
      "danfojs: Excel files and addresses are left out of this kit. " +
        "Read the data with Node's fs or fetch, and make a DataFrame from the rows.",
    );
  },
});

module.exports = absent;
