import { inspect } from 'node:util';

const PIPED_WIDTH = 100;
const NARROWEST = 60;
const INDENT = '  ';

/** How a page is set. */
export interface PageFormat {
  readonly width: number;
  readonly colour: boolean;
}

/** The width of the terminal and colour on it; 100 columns and none where the output goes elsewhere. */
export function formatFor(stream: { isTTY?: boolean; columns?: number }, environment: NodeJS.ProcessEnv): PageFormat {
  const width = stream.isTTY && stream.columns ? Math.max(stream.columns, NARROWEST) : PIPED_WIDTH;
  return { width, colour: Boolean(stream.isTTY) && !environment.NO_COLOR };
}

/**
 * Text for a terminal, in sections: paragraphs and rows whose last column wraps under itself.
 */
export class Page {
  private readonly lines: string[] = [];

  constructor(private readonly format: PageFormat) {}

  public section(heading: string): this {
    this.lines.push(...(this.lines.length > 0 ? [''] : []), this.styled('bold', heading), '');
    return this;
  }

  public paragraph(text: string): this {
    this.lines.push(...wrapped(text, this.format.width - INDENT.length).map((line) => INDENT + line));
    return this;
  }

  public good(text: string): this {
    return this.marked('green', text);
  }

  public bad(text: string): this {
    return this.marked('red', text);
  }

  public blank(): this {
    this.lines.push('');
    return this;
  }

  /** Aligned columns. A cell of the last one may hold several paragraphs. */
  public rows(rows: ReadonlyArray<readonly [...cells: string[], last: string | readonly string[]]>): this {
    const columns = Math.max(...rows.map((row) => row.length - 1));
    const widths = Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
    const start = INDENT.length + widths.reduce((sum, width) => sum + width + INDENT.length, 0);
    for (const row of rows) {
      const head = INDENT + widths.map((width, column) => String(row[column]).padEnd(width) + INDENT).join('');
      const last = [row[columns]].flat().flatMap((text) => wrapped(text, this.format.width - start));
      this.lines.push(...last.map((line, index) => `${index === 0 ? head : ' '.repeat(start)}${line}`.trimEnd()));
    }
    return this;
  }

  public toString(): string {
    return `${this.lines.join('\n')}\n`;
  }

  private marked(colour: 'green' | 'red', text: string): this {
    this.lines.push(...wrapped(text, this.format.width - INDENT.length).map((line) => INDENT + this.styled(colour, line)));
    return this;
  }

  private styled(style: 'bold' | 'green' | 'red', text: string): string {
    const [on, off] = inspect.colors[style]!;
    return this.format.colour ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  }
}

/** Breaks at spaces, and within a name only if it is longer than a line: after a dot or a slash. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(...(word.length <= width ? [word] : broken(word, width)));
    }
  }
  return lines;
}

function broken(name: string, width: number): string[] {
  return name.split(/(?<=[./])/).reduce<string[]>((lines, part) => {
    const last = lines[lines.length - 1];
    return last !== undefined && last.length + part.length <= width ? [...lines.slice(0, -1), last + part] : [...lines, part];
  }, []);
}
