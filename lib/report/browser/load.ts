import type { SideScripts } from "./data";

const loaded = new Map<string, Promise<unknown>>();
const waiting = new Map<string, (value: unknown) => void>();

declare global {
  /** Called by each side script with its name and what it holds. */
  var wovData: (name: string, value: unknown) => void;
}

globalThis.wovData = (name, value) => waiting.get(name)?.(value);

/** What a side script holds; each is loaded once. */
export function load<Name extends keyof SideScripts & string>(name: Name): Promise<SideScripts[Name]> {
  const known = loaded.get(name);
  if (known) return known as Promise<SideScripts[Name]>;
  const value = new Promise<unknown>((resolve, reject) => {
    waiting.set(name, resolve);
    addScript(`data/${name}.js`).catch(reject);
  });
  loaded.set(name, value);
  return value as Promise<SideScripts[Name]>;
}

let tabulator: Promise<void> | undefined;

/** Loads Tabulator, which the first paint does not need. */
export function loadTabulator(): Promise<void> {
  tabulator ??= (async () => {
    document.head.prepend(
      Object.assign(document.createElement("link"), { rel: "stylesheet", href: "assets/tabulator.css" }),
    );
    await addScript("assets/tabulator.js");
  })();
  return tabulator;
}

function addScript(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve();
    script.onerror = () =>
      reject(new Error(`${address} cannot be loaded. Keep the report's folder together, with all of its files.`));
    document.head.append(script);
  });
}
