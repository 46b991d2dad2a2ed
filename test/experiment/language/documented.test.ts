import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseExperiment } from '../../../src/experiment/language/parse.ts';
import { experimentJsonSchema } from '../../../src/experiment/language/schema.ts';
import { words } from '../../../src/experiment/language/vocabulary.ts';
import { kernelFeatures } from '../../../src/experiment/types.ts';

const page = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');
const language = page('experiments.md');
const examples = ['experiments.md', 'writing-experiments.md'].flatMap((name) =>
  [...page(name).matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(
    (match, index) => [`${name} ${index + 1}`, match[1] ?? ''] as const,
  ),
);

it.each(examples)('example %s reads', (_name, text) => {
  expect(() => parseExperiment(text, 'example.yaml')).not.toThrow();
});

describe('docs/experiments.md', () => {
  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(5);
  });

  it('has every key of the language', () => {
    const keys = new Set<string>();
    const walk = (schema: Record<string, unknown>) => {
      for (const branch of (schema.anyOf ?? []) as Record<string, unknown>[]) walk(branch);
      for (const inner of [schema.items, schema.additionalProperties]) {
        if (typeof inner === 'object' && inner !== null) walk(inner as Record<string, unknown>);
      }
      for (const [key, child] of Object.entries((schema.properties ?? {}) as Record<string, Record<string, unknown>>)) {
        keys.add(key);
        walk(child);
      }
    };
    walk(experimentJsonSchema());
    expect(keys.size).toBeGreaterThan(90);
    expect([...keys].filter((key) => !new RegExp(`\\b${key}\\b`).test(language))).toEqual([]);
  });

  it.each([...Object.keys(words), ...kernelFeatures])('has the word %s', (word) => {
    expect(language).toContain(`\`${word}\``);
  });
});

it('describes every key in its schema', () => {
  const undescribed: string[] = [];
  const walk = (schema: Record<string, unknown>, at: string) => {
    for (const branch of (schema.anyOf ?? []) as Record<string, unknown>[]) walk(branch, at);
    if (schema.items !== undefined) walk(schema.items as Record<string, unknown>, `${at}[]`);
    for (const [key, child] of Object.entries((schema.properties ?? {}) as Record<string, Record<string, unknown>>)) {
      if (typeof child.description !== 'string') undescribed.push(`${at}.${key}`);
      walk(child, `${at}.${key}`);
    }
  };
  walk(experimentJsonSchema(), '');
  expect(undescribed).toEqual([]);
});
