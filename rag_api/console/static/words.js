// How counts, sizes and moments are said.
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

export const pages = ({ page_start: first, page_end: last }) =>
  !first ? "" : !last || last === first ? `page ${first}` : `pages ${first} to ${last}`;
