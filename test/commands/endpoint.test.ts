import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { addEndpointOptions, type EndpointOptions, endpointOf, priceFor } from "../../lib/commands/endpoint";
import { projectRoot } from "../../lib/root";

function parse(...args: string[]): EndpointOptions {
  const command = addEndpointOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return command.parse(args, { from: "user" }).opts();
}

describe("the options of an endpoint", () => {
  it.each([
    ["--budget", "$5", /--budget <usd>.*'\$5' is invalid. Expected an amount in US dollars/],
    ["--budget", "5USD", /Expected an amount/],
    ["--budget", "1,50", /Expected an amount/],
    ["--budget", "-1", /Expected an amount/],
    ["--budget", "", /Expected an amount/],
    ["--budget", "Infinity", /Expected an amount/],
    ["--concurrency", "0", /Expected a whole number, 1 or more/],
    ["--concurrency", "many", /Expected a whole number, 1 or more/],
    ["--concurrency", "1.5", /Expected a whole number, 1 or more/],
    ["--endpoint", "here", /'here' is invalid. Expected an address such as/],
    ["--endpoint", "ftp://host", /Expected an address/],
    ["--price", "x", /--price <input output\.\.\.>.*'x' is invalid. Expected an amount/],
    ["--price", "", /Expected an amount/],
    ["--set", "top_k", /Expected a field and its value, such as top_k=1/],
    ["--set", "=1", /Expected a field and its value/],
    ["--set", "messages=[]", /The field messages is the kit's own/],
  ])("refuse %s '%s' before anything starts", (option, value, message) =>
    expect(() => parse(option, value)).toThrow(message),
  );

  it("take numbers, and fields of any value", () =>
    expect(
      parse("--budget", "12.50", "--concurrency", "8", "--set", "top_k=1", "--set", "effort=low", "--set", "seed=null"),
    ).toMatchObject({ budget: 12.5, concurrency: 8, set: { top_k: 1, effort: "low", seed: null } }));

  it.each(["http://user:hunter2@host/v1", "http://host/v1?api-key=hunter2", "http://host/v1#hunter2"])(
    "refuse a key in the address, and do not repeat it: %s",
    (address) => {
      expect(() => parse("--endpoint", address)).toThrow(
        /give http:\/\/host\/v1 alone. The key belongs in the environ/,
      );
      expect(() => parse("--endpoint", address)).not.toThrow(/hunter2/);
    },
  );

  it.each([[["5"]], [["1", "2", "3"]]])("refuse --price %j", (price) =>
    expect(() => priceFor(projectRoot(), "m", parse("--price", ...price))).toThrow(/expected two numbers/),
  );

  it("send no repetition penalty unless told otherwise", () => {
    const here = ["--endpoint", "http://localhost:8000/v1"];
    const at = (...args: string[]) => endpointOf(projectRoot(), parse(...args));
    expect(at(...here).extra).toEqual({ repetition_penalty: 1 });
    expect(at(...here, "--set", "top_k=1").extra).toEqual({ repetition_penalty: 1, top_k: 1 });
    expect(at(...here, "--set", "repetition_penalty=null").extra).toEqual({ repetition_penalty: null });
  });
});
