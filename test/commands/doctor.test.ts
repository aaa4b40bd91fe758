import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { licencesOf } from "../../lib/commands/licences";
import { wrongNodePackages, wrongPythonPackages } from "../../lib/commands/packages";

let root: string;
const write = (path: string, content: string | object) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content));
};
const node = (name: string, content: object) => write(`node_modules/${name}/package.json`, { name, ...content });
const python = (name: string, head = "") =>
  write(
    `.venv/lib/python3.12/site-packages/${name}.dist-info/METADATA`,
    `Metadata-Version: 2.4\n${head}\n\nLicense: no\n`,
  );

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wov-doctor-"));
  write("package.json", { name: "words-over-vision", engines: { node: ">=20.19" } });
  write("package-lock.json", {
    packages: {
      "": { version: "1.0.0" },
      "lib/vendor/own": { version: "1.0.0" },
      "node_modules/own": { link: true },
      "node_modules/one": { version: "1.2.3" },
      "node_modules/for-macos": { version: "1.0.0", optional: true },
    },
  });
  write(
    "remote/requirements.txt",
    "# x\ntorch==2.13.0 \\\n    --hash=sha256:aa\nPy_YAML==6.0 \\\n    --hash=sha256:bb\n",
  );
  const marked = `soup==2.0 ; python_full_version < '3.11.5' \\\nsoup==4.0 ; python_full_version >= '3.11.5' \\\n`;
  write("notebooks/requirements.txt", `${marked}winpty==3.1 ; os_name == 'nt' \\\n`);
  node("one", { version: "1.2.3", license: "MIT" });
  for (const name of ["torch-2.13.0+cpu", "py_yaml-6.0", "soup-4.0"]) python(name);
});
afterEach(() => rmSync(root, { recursive: true }));

describe("installed packages", () => {
  it("are as in the locks: builds of a version, spellings of a name, and packages of other systems", () => {
    expect([wrongPythonPackages(root), wrongNodePackages(root)]).toEqual([[], []]);
  });

  it("are named where they are missing or differ", () => {
    rmSync(join(root, ".venv"), { recursive: true });
    for (const name of ["torch-2.130.0", "soup-3.0"]) python(name);
    expect(wrongPythonPackages(root)).toEqual([
      "torch 2.130.0 instead of 2.13.0",
      "py-yaml is missing",
      "soup 3.0 instead of 2.0 or 4.0",
    ]);
    node("one", { version: "1.2.4" });
    expect(wrongNodePackages(root)).toEqual(["node_modules/one 1.2.4 instead of 1.2.3"]);
    rmSync(join(root, "node_modules/one"), { recursive: true });
    expect(wrongNodePackages(root)).toEqual(["node_modules/one is missing"]);
  });
});

describe("licences", () => {
  const licenceOf = (head: string) => {
    python("torch-2.13.0+cpu", head);
    return licencesOf(root).toRead.find(({ name }) => name === "torch")?.licence ?? "permissive";
  };

  it.each([
    ["License-Expression: MPL-2.0 AND MIT\nLicense: MIT", "MPL-2.0 AND MIT"],
    ["License-Expression: (MPL-2.0 OR Apache-2.0 WITH LLVM-exception)", "permissive"],
    ["License: LGPL\nClassifier: License :: OSI Approved :: BSD License", "permissive"],
    [
      "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)",
      "GNU General Public License v3 (GPLv3)",
    ],
    ["License: The 3-Clause BSD License", "permissive"],
    ["License: all rights reserved", "all rights reserved"],
    ["", "not stated"],
  ])("of a Python package with %j: %s", (head, licence) => {
    expect(licenceOf(head)).toBe(licence);
  });

  it.each([
    [{ license: "MIT" }, "MIT", true],
    [{ license: { type: "ISC" } }, "ISC", true],
    [{ licenses: [{ type: "GPL-2.0" }, { type: "MIT" }] }, "GPL-2.0 OR MIT", true],
    [{ license: "LGPL-3.0-or-later" }, "LGPL-3.0-or-later", false],
    [{}, "not stated", false],
  ])("of a Node package with %j: %s", (stated, licence, permissive) => {
    node("one", { version: "1.2.3", ...stated });
    const { counts, toRead } = licencesOf(root);
    expect(counts).toHaveProperty([licence]);
    expect(toRead.some(({ name }) => name === "one")).toBe(!permissive);
  });
});

describe("wov doctor", () => {
  /** What doctor says about a folder, of which the Python is replaced by a script. */
  const doctor = (script: string) => {
    write(".venv/.setup", "");
    write("node_modules/.setup", "");
    write(".venv/bin/python", script);
    spawnSync("chmod", ["+x", join(root, ".venv/bin/python")]);
    const env = { ...process.env, WOV_ROOT: root, PATH: `${join(root, "bin")}:${process.env.PATH}` };
    const { stdout, status } = spawnSync(process.execPath, ["lib/wov.mjs", "doctor"], { encoding: "utf8", env });
    return { stdout, status };
  };
  const WORKS = `#!/bin/sh\necho '{"versions": "3.12.4, torch 2.13.0", "gpus": []}'\n`;
  const spec = ".venv/share/jupyter/kernels/words-over-vision/kernel.json";

  it.skipIf(process.platform === "win32")("finds what a job could not import, with the reason and a remedy", () => {
    const { stdout, status } = doctor("#!/bin/sh\necho 'RuntimeError: operator torchvision::nms' >&2; exit 1\n");
    expect([status, stdout]).toEqual([
      1,
      expect.stringContaining(
        "✗ Python packages: cannot be imported (RuntimeError: operator torchvision::nms); " +
          "remove the folder .venv, then run `npm run setup`",
      ),
    ]);
  });

  it.skipIf(process.platform === "win32")("names the GPU that torch cannot use", () => {
    expect(doctor(WORKS).stdout).toMatch(/^✓ GPU: none; models run on the CPU$|^✗ GPU: /m);
    write("bin/nvidia-smi", "#!/bin/sh\necho 'NVIDIA A'\n");
    spawnSync("chmod", ["+x", join(root, "bin/nvidia-smi")]);
    expect(doctor(WORKS).stdout).toMatch(/^✗ GPU: NVIDIA A, which torch cannot use; /m);
  });

  it.skipIf(process.platform === "win32")("tells whether the kernel is that of this folder", () => {
    const at = (program: string, node = process.execPath) => {
      write(spec, { argv: [node, program, "{connection_file}"] });
      return /. TypeScript kernel: .*/.exec(doctor(WORKS).stdout)?.[0];
    };
    expect(at("{resource_dir}/../../../../../lib/kernel.mjs")).toBe("✓ TypeScript kernel: found");
    expect(at("/elsewhere/lib/kernel.mjs")).toBe(
      "✗ TypeScript kernel: runs /elsewhere/lib/kernel.mjs, of another folder; run `npm run setup`",
    );
    expect(at("{resource_dir}/../../../../../lib/kernel.mjs", "/old/node")).toBe(
      "✗ TypeScript kernel: needs /old/node, which is missing; run `npm run setup`",
    );
  });
});
