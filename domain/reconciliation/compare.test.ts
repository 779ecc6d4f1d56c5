import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareLines, type Line } from './compare.ts';

const lines = fc.array(
  fc.record({
    kind: fc.constantFrom<Line['kind'][]>('charge', 'refund', 'dispute_withdrawn', 'dispute_reinstated'),
    reference: fc.constantFrom('a', 'b', 'c'),
    currency: fc.constantFrom('USD', 'JPY'),
    minor: fc.bigInt({ min: 0n, max: 1_000n }),
  }),
  { maxLength: 12 },
);

describe('compareLines', () => {
  it('finds nothing between a day and itself, in whatever order', () => {
    fc.assert(
      fc.property(
        lines.chain((day) => fc.tuple(fc.constant(day), fc.shuffledSubarray(day, { minLength: day.length }))),
        ([day, shuffled]) => {
          expect(compareLines(day, shuffled)).toEqual([]);
        },
      ),
    );
  });

  it('finds exactly the one line that is missing, on either side, or has another amount', () => {
    const missing: Line = { kind: 'charge', reference: 'missing', currency: 'USD', minor: 7n };
    fc.assert(
      fc.property(lines, fc.bigInt({ min: 0n, max: 99n }), (day, minor) => {
        const of = { kind: 'charge', reference: 'missing', currency: 'USD' } as const;
        const expected = minor === 7n ? [] : [{ ...of, providerMinor: 7n, ledgerMinor: minor }];
        expect(compareLines([...day, missing], [...day, { ...missing, minor }])).toEqual(expected);
        expect(compareLines(day, [missing, ...day])).toEqual([{ ...of, providerMinor: 0n, ledgerMinor: 7n }]);
      }),
    );
  });

  it('tells currencies and kinds apart', () => {
    const line: Line = { kind: 'refund', reference: 'r', currency: 'USD', minor: 5n };
    expect(compareLines([line], [{ ...line, currency: 'EUR' }])).toHaveLength(2);
    expect(compareLines([line], [{ ...line, kind: 'charge' }])).toHaveLength(2);
  });
});
