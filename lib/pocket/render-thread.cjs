// The thread that draws pictures for render-beside.ts.
require("../load-typescript.cjs");
const { parentPort } = require("node:worker_threads");
const { renderPng } = require("./picture.ts");

parentPort.on("message", ([svg, pixels]) => parentPort.postMessage(renderPng(svg, pixels)));
