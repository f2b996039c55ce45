// Finds unused exports with the compiler: an export says that another file needs it.
import path from 'node:path';
import ts from 'typescript';

export interface UnusedExport {
  /** Relative to the root, with its line. */
  place: string;
  name: string;
  /** Only tests import it. */
  forTestsOnly: boolean;
}

type Uses = ReadonlyMap<ts.Symbol, ReadonlySet<string>>;

/**
 * The exports of src, scripts and test that no other file imports. Left out: what the entries (relative to the root) export
 * for others, types that the file itself uses, which its exported functions show, and what `@internal` marks as exported for
 * tests. Of tests, nothing is for tests only.
 */
export function unusedExports(root: string, entries: readonly string[]): UnusedExport[] {
  const program = openProject(root);
  const checker = program.getTypeChecker();
  const nameOf = ({ fileName }: ts.SourceFile) => path.relative(root, fileName).replaceAll('\\', '/');
  const files = program.getSourceFiles().filter((file) => /^(src|generated|scripts|test)\//.test(nameOf(file)));
  const uses = usesIn(files, checker, nameOf);
  return files
    .filter((file) => !entries.includes(nameOf(file)) && !nameOf(file).startsWith('generated/'))
    .flatMap((file) =>
      exportsOf(file, checker).flatMap(({ symbol, name, declaration }) => {
        const own = nameOf(file);
        const users = [...(uses.get(symbol) ?? [])];
        const others = users.filter((user) => user !== own);
        const forTestsOnly =
          others.length > 0 && !own.startsWith('test/') && others.every((user) => user.startsWith('test/'));
        if (isTypeOnly(symbol) ? users.length > 0 : others.length > 0 && !forTestsOnly) return [];
        if (forTestsOnly && ts.getJSDocTags(declaration).some(({ tagName }) => tagName.text === 'internal')) return [];
        const { line } = file.getLineAndCharacterOfPosition(declaration.getStart());
        return [{ place: `${own}:${line + 1}`, name, forTestsOnly }];
      }),
    );
}

function openProject(root: string): ts.Program {
  const read = ts.readConfigFile(path.join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file));
  const { fileNames, options } = ts.parseJsonConfigFileContent(read.config, ts.sys, root);
  return ts.createProgram(fileNames, options);
}

/** The files that name each symbol, without its own declaration. */
function usesIn(files: ts.SourceFile[], checker: ts.TypeChecker, nameOf: (file: ts.SourceFile) => string): Uses {
  const uses = new Map<ts.Symbol, Set<string>>();
  const visit = (node: ts.Node, file: string): void => {
    if (
      ts.isIdentifier(node) &&
      !(isDeclared(node) && ts.getNameOfDeclaration(node.parent as ts.Declaration) === node)
    ) {
      const symbol = symbolAt(node, checker);
      if (symbol !== undefined) uses.set(symbol, (uses.get(symbol) ?? new Set()).add(file));
    }
    ts.forEachChild(node, (child) => visit(child, file));
  };
  for (const file of files) visit(file, nameOf(file));
  return uses;
}

/** Whether a name stands where the thing itself is declared. */
const isDeclared = ({ parent }: ts.Identifier) =>
  ts.isVariableDeclaration(parent) ||
  ts.isFunctionDeclaration(parent) ||
  ts.isClassDeclaration(parent) ||
  ts.isInterfaceDeclaration(parent) ||
  ts.isTypeAliasDeclaration(parent) ||
  ts.isEnumDeclaration(parent);

const origin = (symbol: ts.Symbol, checker: ts.TypeChecker) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

/** The meaning of a name: of `{ name }` in a literal the variable, of `const { name } = await import(…)` the export. */
function symbolAt(node: ts.Identifier, checker: ts.TypeChecker): ts.Symbol | undefined {
  const { parent } = node;
  let symbol = checker.getSymbolAtLocation(node);
  if (ts.isShorthandPropertyAssignment(parent)) symbol = checker.getShorthandAssignmentValueSymbol(parent);
  if (ts.isBindingElement(parent) && ts.isObjectBindingPattern(parent.parent))
    symbol = checker.getTypeAtLocation(parent.parent).getProperty((parent.propertyName ?? node).getText()) ?? symbol;
  return symbol && origin(symbol, checker);
}

const isTypeOnly = ({ flags }: ts.Symbol) => !(flags & ts.SymbolFlags.Value);

/** The exports that a file declares itself. */
function exportsOf(file: ts.SourceFile, checker: ts.TypeChecker) {
  const module = checker.getSymbolAtLocation(file);
  return (module ? checker.getExportsOfModule(module) : []).flatMap((exported) => {
    const symbol = origin(exported, checker);
    const declaration = symbol.declarations?.find((one) => one.getSourceFile() === file);
    return declaration ? [{ symbol, name: exported.name, declaration }] : [];
  });
}
