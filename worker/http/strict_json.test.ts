import { describe, expect, it } from 'vitest';
import { requireStrictJson } from './strict_json.ts';

describe('requireStrictJson', () => {
  it.each([
    '{}',
    '[]',
    'null',
    '"a"',
    '{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}',
    '{"a":"{\\"a\\":1,\\"a\\":2}"}',
    '{"a":"a","b":"a"}',
    String.raw`{"a":"😀 😀 \\"}`,
  ])('takes %s', (text) => {
    expect(() => {
      requireStrictJson(text);
    }).not.toThrow();
  });

  it.each([
    ['', 'nothing'],
    ['{', 'half of an object'],
    ["{'a':1}", 'what is no JSON'],
    ['{"a":1}{"a":2}', 'two bodies'],
    ['{"a":1,"a":2}', 'a member twice'],
    [String.raw`{"a":1,"\u0061":2}`, 'a member twice, spelt differently'],
    ['{"x":[{"a":1,"b":2,"a":3}]}', 'a member twice deep inside'],
    [String.raw`{"a":"\u0000"}`, 'NUL'],
    [String.raw`{"\u0000":1}`, 'NUL in a name'],
    [String.raw`{"a":"\ud83d"}`, 'a lone surrogate'],
    [String.raw`["\ude00\ud83d"]`, 'surrogates the wrong way round'],
    ['['.repeat(17) + ']'.repeat(17), 'seventeen levels'],
  ])('refuses %s (%s)', (text) => {
    expect(() => {
      requireStrictJson(text);
    }).toThrow(expect.objectContaining({ code: 'request.malformed' }) as Error);
  });
});
