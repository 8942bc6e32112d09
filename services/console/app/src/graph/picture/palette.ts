import type { Tone } from "../../ui/states";
import type { Palette } from "./paint";

const SOURCES: Readonly<Record<Tone, string>> = {
  neutral: "neutral",
  info: "info",
  ok: "ok",
  warn: "warn",
  bad: "bad",
  wait: "wait",
  quiet: "text-faint",
};

/** The colours of the theme that an element has now: a picture knows no custom properties. */
export function paletteOf(element: HTMLElement): Palette {
  const style = getComputedStyle(element);
  const isDark = style.colorScheme === "dark" || (style.colorScheme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  const colour = (name: string) => chosen(style.getPropertyValue(`--${name}`), isDark);
  const toneOf = (tone: Tone) => {
    const side = colour(SOURCES[tone]);
    return { side, fill: `color-mix(in srgb, ${side} 45%, ${colour("surface")})` };
  };
  const tones = Object.fromEntries((Object.keys(SOURCES) as Tone[]).map((tone) => [tone, toneOf(tone)])) as Palette["tones"];
  return {
    line: colour("line-strong"),
    gone: colour("ok"),
    accent: colour("accent"),
    text: colour("text"),
    surface: colour("surface"),
    border: colour("line"),
    font: style.getPropertyValue("--font"),
    tones,
  };
}

/** `light-dark(#fff, #000)` as it stands in a custom property. */
function chosen(value: string, isDark: boolean): string {
  const [, light, dark] = /^\s*light-dark\((.+),(.+)\)\s*$/.exec(value) ?? [];
  return (isDark ? dark : light)?.trim() ?? value;
}
