import { readFileSync } from "node:fs";
import { FONT } from "../show/index";

/** Pixels per inch of pictures for print. */
const DPI = 300;

const fontFiles = () =>
  ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((file) => require.resolve(`dejavu-fonts-ttf/ttf/${file}`));

/** A drawing as a PDF page of its size: vectors, and the font's letters that are used. Equal drawings give equal bytes. */
export async function openPdf(): Promise<(svg: string, title: string, origin: string) => Buffer> {
  const { NodeCompiler } = await import("@myriaddreamin/typst-ts-node-compiler");
  const compiler = NodeCompiler.create({
    fontArgs: [{ fontBlobs: fontFiles().map((file) => readFileSync(file)) }],
    workspace: "/nowhere",
  });
  return (svg, title, origin) => {
    compiler.mapShadow("/nowhere/figure.svg", Buffer.from(svg));
    // What others wrote is an input, never a part of the program.
    const inputs = { title, origin };
    const mainFileContent = [
      "#set document(title: sys.inputs.title, description: sys.inputs.origin, date: none)",
      "#set page(width: auto, height: auto, margin: 0pt)",
      `#set text(font: "${FONT}")`,
      '#image("/figure.svg", alt: sys.inputs.title)',
    ].join("\n");
    const pdf = compiler.pdf({ mainFileContent, inputs, resetRead: true });
    compiler.evictCache(0);
    return pdf;
  };
}

/** A drawing as PNG at 300 dots per inch, with only the kit's own font. */
export async function toPng(svg: string, origin: string): Promise<Buffer> {
  const [{ Resvg }, { default: sharp }] = await Promise.all([import("@resvg/resvg-js"), import("sharp")]);
  const font = { fontFiles: fontFiles(), loadSystemFonts: false, defaultFontFamily: FONT };
  const png = new Resvg(svg, { fitTo: { mode: "zoom", value: DPI / 96 }, font, background: "white" }).render().asPng();
  const exif = { IFD0: { ImageDescription: origin } };
  return sharp(png).withMetadata({ density: DPI, exif }).png().toBuffer();
}
