// danfojs-node depends on @tensorflow/tfjs-node, which downloads a binary and takes 220 MB. The kit needs only tables
// (print, groupby, sort, merge, query, describe), which use no tensors. Functions that use them throw this error.
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
