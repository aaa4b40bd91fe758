/** Sharing samples: a dataset card made from the manifests, and the upload to the Hub. */
export { type DatasetUpload, type Hub, prepareUpload, uploadDataset } from "./push";
