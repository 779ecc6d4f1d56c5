const encoder = new TextEncoder();

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** SHA-256 of a text, in hexadecimal. */
export async function sha256Hex(text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text))));
}

/** A fresh secret of 256 bits, in hexadecimal. */
export const randomToken = (): string => hex(crypto.getRandomValues(new Uint8Array(32)));
