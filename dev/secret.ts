import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROLES, type Role } from '../drizzle/role.ts';

/** What the local stack's parts prove themselves to each other with. Made once for a folder, then kept. */
export interface Secrets {
  passwords: Record<Role, string>;
  stripe: { secretKey: string; publishableKey: string; webhookSecret: string };
  custody: { apiKey: string; privateKey: string; publicKey: string };
}

/** Reads the folder's secrets, or makes them; the file is readable by its owner alone. */
export async function loadSecrets(folder: string): Promise<Secrets> {
  const file = join(folder, 'secrets.json');
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Secrets;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const made = makeSecrets();
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify(made, null, 2), { mode: 0o600 });
  return made;
}

const token = () => randomBytes(18).toString('base64url');

function makeSecrets(): Secrets {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return {
    passwords: Object.fromEntries(ROLES.map((role) => [role, token()])) as Record<Role, string>,
    stripe: {
      secretKey: `sk_test_${token()}`,
      publishableKey: `pk_test_${token()}`,
      webhookSecret: `whsec_${token()}`,
    },
    custody: { apiKey: token(), privateKey, publicKey },
  };
}
