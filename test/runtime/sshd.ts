import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import {
  childrenOf,
  findProgram,
  freePorts,
  MARK,
  missingPrograms,
  newMark,
  type Skipped,
  signal,
  startServer,
  waitUntil,
} from "./processes";

/** The alias of the server in its ssh configuration. */
const HOST = "gpu1";

export interface Sshd {
  /** For ssh, together with the options. */
  host: string;
  options: string[];
  /** Breaks the connections, as a network that fails does. Programs that run there go on. */
  disconnect(): void;
  /** Ends it and whatever was started through it. */
  stop(): Promise<void>;
}

/**
 * Debian's sshd on loopback, which lets the user log in with a key of its own.
 *
 * @param environment variables of the programs that are run through it
 */
export async function startSshd({
  environment = {},
}: {
  environment?: Record<string, string>;
} = {}): Promise<Sshd | Skipped> {
  const missing = missingPrograms(["sshd", "ssh", "ssh-keygen", "rsync"]);
  if (missing) return { skipped: missing };
  if (!existsSync("/run/sshd")) {
    try {
      mkdirSync("/run/sshd", { mode: 0o755 });
    } catch {
      return { skipped: "sshd wants the folder /run/sshd, which only root can make" };
    }
  }
  const folder = mkdtempSync(join(tmpdir(), "wov-sshd-"));
  const file = (name: string) => join(folder, name);
  const [port] = (await freePorts(1)) as [number];
  const mark = newMark();
  for (const name of ["host_key", "key"])
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file(name)]);
  copyFileSync(file("key.pub"), file("authorized_keys"));
  writeFileSync(file("sshd_config"), serverConfig(folder, port, { ...environment, [MARK]: mark }));
  writeFileSync(file("ssh_config"), clientConfig(folder, port));
  const server = startServer([findProgram("sshd")!, "-D", "-e", "-f", file("sshd_config")], { log: file("log"), mark });
  const options = ["-F", file("ssh_config")];
  // The connections are children of sshd that are no members of its process group.
  const disconnect = () => {
    if (!existsSync(file("pid"))) return;
    for (const connection of childrenOf(Number(readFileSync(file("pid"), "utf8")))) signal(connection, "SIGKILL");
  };
  const stop = async () => {
    spawnSync("ssh", ["-o", `ControlPath=${homedir()}/.ssh/wov-%C`, "-O", "exit", ...options, HOST], {
      stdio: "ignore",
    });
    disconnect();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitUntil(() => answers(port), { title: "sshd", log: file("log"), server });
  } catch (error) {
    await stop();
    throw error;
  }
  return { host: HOST, options, disconnect, stop };
}

const serverConfig = (folder: string, port: number, environment: Record<string, string>): string =>
  [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${folder}/host_key`,
    `PidFile ${folder}/pid`,
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    "PermitRootLogin prohibit-password",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "UsePAM no",
    "StrictModes no", // the temporary folder lies in one that all may write to
    `SetEnv ${Object.entries(environment)
      .map(([name, value]) => `${name}=${value}`)
      .join(" ")}`,
    "",
  ].join("\n");

const clientConfig = (folder: string, port: number): string =>
  [
    `Host ${HOST}`,
    "  HostName 127.0.0.1",
    `  Port ${port}`,
    `  IdentityFile ${folder}/key`,
    "  IdentitiesOnly yes",
    `  UserKnownHostsFile ${folder}/known_hosts`,
    "  GlobalKnownHostsFile /dev/null",
    "  StrictHostKeyChecking accept-new",
    "",
  ].join("\n");

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => resolve(false));
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
