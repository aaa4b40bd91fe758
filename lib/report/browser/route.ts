/** A place in the page: an element, or an item, with the filters that are set. */
export interface Route {
  target: string;
  /** Number of an item, for "#item-12". */
  item?: number;
  filters: URLSearchParams;
}

/** Reads "#items?system=vlm/picture&show=wrong" or "#item-12?…". */
export function readRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?", 2);
  const filters = new URLSearchParams(query);
  const item = /^item-(\d+)$/.exec(path)?.[1];
  return item === undefined ? { target: path, filters } : { target: "items", item: Number(item), filters };
}

/** The address of a place; filters that are not set are left out. */
export function routeTo(target: string, filters: Record<string, string | number | undefined> = {}): string {
  const set = Object.entries(filters).filter(([, value]) => value !== undefined && value !== "");
  const query = set.map(([name, value]) => `${name}=${encodeURIComponent(String(value)).replaceAll("%2F", "/")}`);
  return `#${target}${query.length > 0 ? `?${query.join("&")}` : ""}`;
}
