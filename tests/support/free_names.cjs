// Print the names that ES modules use without importing or defining them, by module: {path: [name]}; the sources come
// as JSON {path: text}. The parser is acorn as node brings it along: run with --expose-internals.

const fs = require("node:fs");
const { parse } = require("internal/deps/acorn/acorn/dist/acorn");
const { ancestor } = require("internal/deps/acorn/acorn-walk/dist/walk");

const FUNCTION = /^(Program|FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/;
const SCOPE = /Function|^(Program|BlockStatement|For\w*Statement|SwitchStatement|CatchClause|Class\w+)$/;

/** The names that a pattern binds: `a`, `{ a, b: [c] }`, `...rest`, `a = 1`. */
function namesOf(pattern) {
  if (pattern === null) return [];
  if (pattern.type === "Identifier") return [pattern.name];
  const parts = pattern.properties ?? pattern.elements ?? [pattern.argument ?? pattern.value ?? pattern.left];
  return parts.flatMap(namesOf);
}

function freeNames(text) {
  const program = parse(text, { ecmaVersion: "latest", sourceType: "module" });
  const bound = new Map(); // names by the node whose scope they belong to
  const bind = (scope, names) => bound.set(scope, [...(bound.get(scope) ?? []), ...names]);
  const around = (ancestors, kind = SCOPE) => ancestors.slice(0, -1).findLast(({ type }) => kind.test(type));
  const define = (node, _, ancestors) => {
    if (node.id) bind(node.type.endsWith("Declaration") ? around(ancestors) : node, [node.id.name]);
    bind(node, (node.params ?? []).flatMap(namesOf));
  };
  ancestor(program, {
    ImportDeclaration: ({ specifiers }) => bind(program, specifiers.map(({ local }) => local.name)),
    VariableDeclaration: ({ kind, declarations }, _, ancestors) => {
      bind(around(ancestors, kind === "var" ? FUNCTION : SCOPE), declarations.flatMap(({ id }) => namesOf(id)));
    },
    Function: define,
    Class: define,
    CatchClause: (node) => bind(node, namesOf(node.param)),
  });
  const free = new Set();
  const use = ({ name }, _, ancestors) => {
    if (!ancestors.some((node) => bound.get(node)?.includes(name))) free.add(name);
  };
  ancestor(program, { Identifier: use, VariablePattern: use });
  return [...free].sort();
}

const modules = JSON.parse(fs.readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(Object.fromEntries(
  Object.entries(modules).map(([path, text]) => [path, freeNames(text)]),
)));
