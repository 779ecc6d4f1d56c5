import type { Appearance } from '@stripe/stripe-js';

/**
 * The page's look for the provider's form, which lives in a frame and cannot see our styles. Colours are painted once
 * and read back, since the provider understands plain colours only.
 */
export function readAppearance(): Appearance {
  const root = getComputedStyle(document.documentElement);
  const probe = document.createElement('span');
  document.body.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(${name})`;
    return hexOf(getComputedStyle(probe).color);
  };
  const variables = {
    colorPrimary: colour('--accent'),
    colorBackground: colour('--card'),
    colorText: colour('--ink'),
    colorTextSecondary: colour('--muted'),
    colorDanger: colour('--bad'),
    borderRadius: root.getPropertyValue('--radius').trim(),
    fontFamily: 'system-ui, sans-serif',
    fontSizeBase: '15px',
  };
  probe.remove();
  return { theme: root.colorScheme === 'dark' ? 'night' : 'stripe', variables };
}

/** Any computed colour as `#rrggbb`, by painting one point. */
function hexOf(colour: string): string {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d');
  if (!context) return '#000000';
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
