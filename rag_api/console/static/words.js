// How things are said.
const number = new Intl.NumberFormat("en");
const day = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

export const count = (n, one, many = one + "s") => `${number.format(n)} ${n === 1 ? one : many}`;
export const moment = (seconds) => day.format(new Date(seconds * 1000));

export function size(bytes) {
  for (const unit of ["bytes", "KB", "MB"]) {
    if (bytes < 1000) return `${number.format(unit === "bytes" ? bytes : Number(bytes.toPrecision(3)))} ${unit}`;
    bytes /= 1000;
  }
  return `${number.format(Number(bytes.toPrecision(3)))} GB`;
}

// A quote as a person reads it: of a table's row the cells, without the bars and the rule that are its form as text.
// Rows are lines of their own; all other line breaks are those of the page.
export const quoted = (text) =>
  text.split("\n").filter((line) => !RULE.test(line)).map((line) => (isRow(line) ? `\n${cells(line).join(" · ")}\n` : line))
    .join(" ").replace(/ *\n[ \n]*/g, "\n").trim();

export const RULE = /^\s*\|(?:\s*:?-+:?\s*\|)+\s*$/;
export const BAR = /(?<!\\)\|/;
const isRow = (line) => /^\s*\|\s|\s\|\s.*\s\|\s*$/.test(line); // of one that is cut, an end may be missing
const cells = (line) => line.split(BAR).map((cell) => cell.trim().replaceAll("\\|", "|")).filter(Boolean);

export const pages = ({ page_start: first, page_end: last }) =>
  !first ? "" : !last || last === first ? `page ${first}` : `pages ${first} to ${last}`;
