import { describe, expect, it } from 'vitest';
import { brandIcon, brandStyle } from './brand.ts';
import { contrast, readColour } from './colour.ts';

const plain = { accent: '#0b5fff', surface: '#ffffff', ink: '#111111', radius: '10px' };
const read = (style: string, name: string): NonNullable<ReturnType<typeof readColour>> => {
  const colour = readColour(new RegExp(`--${name}:(#[0-9a-f]{6})`).exec(style)?.[1] ?? '');
  if (!colour) throw new Error(`no --${name} in ${style}`);
  return colour;
};

describe('brandStyle', () => {
  it.each(['#ffe600', '#eeeeee', '#0b5fff', '#000000', '#7f7f7f'])(
    'keeps words in the accent %s readable on the surface, day and night',
    (accent) => {
      for (const style of brandStyle({ ...plain, accent }).split('@media')) {
        expect(contrast(read(style, 'accent-text'), read(style, 'surface'))).toBeGreaterThanOrEqual(4.5);
        expect(contrast(read(style, 'on-accent'), read(style, 'accent'))).toBeGreaterThanOrEqual(4.5);
        expect(contrast(read(style, 'ink'), read(style, 'surface'))).toBeGreaterThanOrEqual(7);
      }
    },
  );

  it('leaves a good accent as it is', () => {
    expect(brandStyle(plain)).toContain('--accent:#0b5fff');
  });

  it.each(['red;}body{display:none', '</style><script>', 'url(https://evil.example)', '#12345'])(
    'replaces the value %s in every place',
    (value) => {
      const style = brandStyle({ accent: value, surface: value, ink: value, radius: value });
      expect(style).not.toContain(value);
      expect(style).toMatch(/^[:a-z0-9#;{}()@ -]+$/);
    },
  );

  it('does not turn a brand that is dark already', () => {
    expect(brandStyle({ ...plain, surface: '#101010', ink: '#fafafa' })).not.toContain('@media');
  });
});

describe('brandIcon', () => {
  it('shows a letter and never markup of the name', () => {
    expect(brandIcon('<script>', plain)).toContain('>S</text>');
    expect(brandIcon('东海', plain)).toContain('>东</text>');
  });
});
