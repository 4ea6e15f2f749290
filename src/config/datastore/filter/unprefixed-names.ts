const NC_NAME = String.raw`[\p{L}_][\p{L}\p{M}\p{N}_.\-]*`;
const NAME = String.raw`${NC_NAME}(?::(?!:)(?:${NC_NAME}|\*))?`;
const TOKEN = new RegExp(String.raw`\s*(${NAME}|"[^"]*"|'[^']*'|\d[\d.]*|::|//|\.\.|[!<>]=|\S)`, 'guy');
const BARE_NAME = new RegExp(`^${NC_NAME}$`, 'u');

/** A name after one of these, or after an operator that is a word, is no operator (XPath 1.0 §3.7). */
const BEFORE_NAME = new Set('@ $ :: ( [ , / // | + - = != < <= > >='.split(' '));

/**
 * The XPath expression in which every element name without a prefix selects the elements of that name in
 * any namespace. In XPath 1.0 it selects those in no namespace, of which YANG data has none; a client that
 * writes `/interfaces` means those that there are. What is no XPath is left as it is.
 */
export function matchAnyNamespace(select: string): string {
  const tokens = tokensOf(select);
  return tokens
    .map(({ text, space }, index) =>
      isElementName(tokens, index) ? `${space}*[local-name()='${text}']` : space + text,
    )
    .join('');
}

interface Token {
  readonly text: string;
  /** The white space before it. */
  readonly space: string;
  /** Whether it is an operator, by its name or as the star of a multiplication. */
  readonly operator: boolean;
}

function tokensOf(select: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const [whole, text = ''] of select.matchAll(TOKEN)) {
    const space = whole.slice(0, whole.length - text.length);
    const operator = !expectsName(tokens.at(-1)) && (text === '*' || BARE_NAME.test(text));
    tokens.push({ text, space, operator });
  }
  return tokens;
}

/** Whether a name after this token is that of a node, a function or an axis. */
function expectsName(previous: Token | undefined): boolean {
  return previous === undefined || previous.operator || BEFORE_NAME.has(previous.text);
}

function isElementName(tokens: readonly Token[], index: number): boolean {
  const { text = '', operator = false } = tokens[index] ?? {};
  if (operator || !BARE_NAME.test(text)) return false;
  const [before, axis] = [tokens[index - 1]?.text, tokens[index - 2]?.text];
  if (before === '$' || before === '@') return false;
  if (before === '::' && (axis === 'attribute' || axis === 'namespace')) return false;
  const next = tokens[index + 1]?.text;
  return next !== '(' && next !== '::';
}
