import { lookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import type { Agent } from "undici";

/** Limits of a download. */
export interface DownloadLimits {
  timeoutMs: number;
  bytes: number;
  redirects: number;
}
export const downloadLimits: DownloadLimits = { timeoutMs: 20_000, bytes: 25_000_000, redirects: 5 };

/** The result of a download: bytes, or a short reason why it failed. `retryable`: another attempt may succeed. */
export type Download = { bytes: Buffer; type: string } | { failed: string; retryable: boolean };

/** Whether an address is on the public internet; all others are on this machine or its network. */
export function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
}

/**
 * Downloads from an address in a benchmark file. Such a file is untrusted, so a download is limited to http and https,
 * to addresses that `allowed` accepts (checked at each connection, also after a redirect), and to a number of bytes.
 */
export async function download(
  url: string,
  allowed: (address: string) => boolean = isPublic,
  limits = downloadLimits,
): Promise<Download> {
  const signal = AbortSignal.timeout(limits.timeoutMs);
  const undici = await import("undici"); // loaded only where something is downloaded
  const agent = new undici.Agent({ connect: { lookup: checkedLookup(allowed) } });
  try {
    return await follow(url, limits.redirects, { allowed, limits, signal, agent, fetch: undici.fetch });
  } catch (error) {
    return { failed: reasonOf(error), retryable: !(error instanceof Refusal) };
  } finally {
    await agent.destroy();
  }
}

/** A failure that another attempt would not change. */
class Refusal extends Error {}

interface Context {
  allowed: (address: string) => boolean;
  limits: DownloadLimits;
  signal: AbortSignal;
  agent: Agent;
  fetch: typeof import("undici").fetch;
}

async function follow(url: string, redirects: number, context: Context): Promise<Download> {
  const { protocol, hostname } = parse(url);
  if (protocol !== "http:" && protocol !== "https:") throw new Refusal("not a web address");
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) && !context.allowed(host)) throw new Refusal("private address");
  const response = await context.fetch(url, { redirect: "manual", signal: context.signal, dispatcher: context.agent });
  const location = response.headers.get("location");
  if (response.status >= 300 && response.status < 400 && location) {
    await response.body?.cancel();
    if (redirects === 0) throw new Refusal("too many redirects");
    return follow(new URL(location, url).href, redirects - 1, context);
  }
  if (!response.ok) {
    await response.body?.cancel();
    const retryable = response.status === 429 || response.status >= 500;
    return { failed: `HTTP ${response.status}`, retryable };
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > context.limits.bytes) throw new Refusal("too large");
    parts.push(part);
  }
  return { bytes: Buffer.concat(parts), type: response.headers.get("content-type") ?? "" };
}

function parse(url: string): URL {
  if (!URL.canParse(url)) throw new Refusal("not a web address");
  return new URL(url);
}

/** Checks the addresses that a connection will use, so that a name cannot resolve to another one after the check. */
function checkedLookup(allowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) =>
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const refused = addresses?.find(({ address }) => !allowed(address));
      if (error || refused) return callback(error ?? new Refusal("private address"), "", 0);
      if (options.all) return callback(null, addresses);
      callback(null, addresses[0]!.address, addresses[0]!.family);
    });
}

function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (error instanceof Refusal) return message;
  if (cause instanceof Refusal) return cause.message;
  if (name === "TimeoutError" || name === "AbortError") return "no answer in time";
  return `no connection (${(cause as { code?: string } | undefined)?.code ?? message})`;
}
