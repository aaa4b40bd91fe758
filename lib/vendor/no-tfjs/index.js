// danfojs-node asks for @tensorflow/tfjs-node, which fetches a binary and weighs 220 MB more than this kit
// needs. Tables (print, groupby, sort, merge, query, describe) never touch a tensor; what does says so.
const absent = (name) => {
  throw new Error(
    `danfojs: '${name}' needs TensorFlow, which this kit leaves out. ` +
      "Compute it in plain TypeScript, or install @tensorflow/tfjs and drop the override in package.json.",
  );
};

class Tensor {}

module.exports = new Proxy(
  { Tensor },
  { get: (known, name) => (name in known || typeof name === "symbol" ? known[name] : () => absent(name)) },
);
