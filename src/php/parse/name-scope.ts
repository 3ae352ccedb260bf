import { type AstNode, nameIn, nodesIn, textIn } from "./ast-node.ts";

/** What a `use` statement imports. */
type Imported = "class" | "function" | "const";

/** True for a node that names a class: by its name, or as `self`, `static` or `parent`. */
export function isClassName(node: AstNode): boolean {
  return ["name", "selfreference", "staticreference", "parentreference"].includes(node.kind);
}

/** The full names behind the names in a file, by its `namespace` and `use` statements. Full names have no leading backslash. */
export class NameScope {
  #namespace = "";
  #self: string | undefined;
  readonly #imports: Record<Imported, Map<string, string>> = {
    class: new Map(),
    function: new Map(),
    const: new Map(),
  };

  /** Applies `namespace X;`. */
  enter(namespace: string): void {
    this.#namespace = namespace;
  }

  /** The full name of what the file declares under a name. */
  declared(name: string): string {
    return this.#inNamespace(name);
  }

  /** Lowers what stands inside a class, where `self` is that class. */
  inside(className: string, lower: () => void): void {
    const outer = this.#self;
    this.#self = className;
    lower();
    this.#self = outer;
  }

  /** Applies a `use` statement, grouped or not. */
  import(group: AstNode): void {
    const prefix = typeof group["name"] === "string" ? `${group["name"]}\\` : "";
    for (const item of nodesIn(group, "items")) {
      const name = (prefix + textIn(item, "name")).replace(/^\\/, "");
      const alias = nameIn(item, "alias") ?? name.slice(name.lastIndexOf("\\") + 1);
      const type = item["type"] ?? group["type"];
      const kind: Imported = type === "function" || type === "const" ? type : "class";
      this.#imports[kind].set(kind === "const" ? alias : alias.toLowerCase(), name);
    }
  }

  /** The full name of a class that is written as `node`. */
  class(node: AstNode): string {
    if (node.kind !== "name") return this.#self ?? textIn(node, "raw");
    const name = textIn(node, "name");
    if (name.startsWith("\\")) return name.slice(1);
    if (node["resolution"] === "rn") return this.#inNamespace(name);
    const [first = "", ...rest] = name.split("\\");
    const imported = this.#imports.class.get(first.toLowerCase());
    return imported === undefined ? this.#inNamespace(name) : [imported, ...rest].join("\\");
  }

  /** The full name of a function. An unqualified one that is not imported is the global one. */
  function(node: AstNode): string {
    return this.#functionOrConstant(node, (name) => this.#imports.function.get(name.toLowerCase()));
  }

  /** The full name of a constant. */
  constant(node: AstNode): string {
    return this.#functionOrConstant(node, (name) => this.#imports.const.get(name));
  }

  #functionOrConstant(node: AstNode, imported: (name: string) => string | undefined): string {
    const name = textIn(node, "name");
    if (name.startsWith("\\")) return name.slice(1);
    if (node["resolution"] === "rn") return this.#inNamespace(name);
    return name.includes("\\") ? this.class(node) : imported(name) ?? name;
  }

  #inNamespace(name: string): string {
    return this.#namespace === "" ? name : `${this.#namespace}\\${name}`;
  }
}
