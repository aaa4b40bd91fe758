/** Giving samples away: a dataset card made from the manifests, and the way to the Hub. */
export { type Hub, type Parcel, packSamples, pushParcel } from "./push";
