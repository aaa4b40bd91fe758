/** Giving samples away: a dataset card made from the manifests, and the way to the Hub. */
export { type DatasetUpload, type Hub, prepareUpload, uploadDataset } from "./push";
