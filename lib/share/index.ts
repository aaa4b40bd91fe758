/** Sharing samples and adapters: cards made from the manifests, the upload to the Hub, and merged models. */
export { type MergeEvent, type MergeOptions, mergeAdapter } from "./merge";
export { type Hub, prepareUpload, type Upload, upload } from "./push";
