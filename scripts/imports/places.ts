/** The folder under src/ that a file belongs to, or its own name when it lies directly in src/; `undefined` outside src/. */
export function roomOf(path: string): string | undefined {
  return path.startsWith("src/") ? inSource(path).split("/")[0] : undefined;
}

/** A path as findings name it: `http/app.ts` for `src/http/app.ts`. */
export function inSource(path: string): string {
  return path.replace(/^src\//, "");
}

/** A room as findings name it: `http/` for a folder, `main.ts` for a file directly in src/. */
export function asPlace(room: string): string {
  return room.endsWith(".ts") ? room : `${room}/`;
}
