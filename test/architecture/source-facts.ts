import { parseSync } from 'rolldown/utils';

export interface ImportFact {
  specifier: string;
  line: number;
}

/** What the rules need to know about one source file. */
export interface SourceFacts {
  /** Below src, with `/`: `fabric/ssh2.ts`. */
  path: string;
  lines: number;
  /** Static, type-only, dynamic, re-exporting and `import('x')` types alike. */
  imports: ImportFact[];
  /** Dynamic imports whose target is no literal, `require` and `createRequire`: nobody can tell what they load. */
  opaqueImports: number[];
  processExits: number[];
  consoleUses: number[];
}

/** Parses one TypeScript file. Throws when it is not valid TypeScript: a file that is not read is not checked. */
export function readSource(path: string, code: string): SourceFacts {
  const { program, errors } = parseSync(path, code, { lang: 'ts', sourceType: 'module' });
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  const facts: SourceFacts = {
    path,
    lines: code.split('\n').length - (code.endsWith('\n') ? 1 : 0),
    imports: [],
    opaqueImports: [],
    processExits: [],
    consoleUses: [],
  };
  visit(program, (node) => collect(node, facts, (offset) => code.slice(0, offset).split('\n').length));
  return facts;
}

interface SyntaxNode {
  type: string;
  start: number;
  [key: string]: unknown;
}

function collect(node: SyntaxNode, facts: SourceFacts, lineAt: (offset: number) => number): void {
  const line = lineAt(node.start);
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType': {
      const source = node.source ?? null;
      const specifier = literalText(source);
      if (specifier !== null) facts.imports.push({ specifier, line });
      else if (source !== null) facts.opaqueImports.push(line);
      break;
    }
    case 'TSExternalModuleReference':
      facts.opaqueImports.push(line);
      break;
    case 'Identifier':
      if (node.name === 'require' || node.name === 'createRequire') facts.opaqueImports.push(line);
      break;
    case 'MemberExpression':
      if (isMember(node, 'process', 'exit')) facts.processExits.push(line);
      if (isNode(node.object) && (isNamed(node.object, 'console') || isMember(node.object, 'globalThis', 'console')))
        facts.consoleUses.push(line);
      break;
  }
}

/** True for `object.property` and `object['property']`. */
function isMember(node: SyntaxNode, object: string, property: string): boolean {
  if (node.type !== 'MemberExpression' || !isNode(node.object) || !isNode(node.property)) return false;
  return isNamed(node.object, object) && (isNamed(node.property, property) || literalText(node.property) === property);
}

const isNamed = (node: SyntaxNode, name: string) => node.type === 'Identifier' && node.name === name;

function literalText(node: unknown): string | null {
  return isNode(node) && node.type === 'Literal' && typeof node.value === 'string' ? node.value : null;
}

function visit(node: object, see: (node: SyntaxNode) => void): void {
  if (isNode(node)) see(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, see);
  }
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
