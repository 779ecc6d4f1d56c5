import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROLES, type Role } from '../drizzle/role.ts';

/** What the local stack's parts prove themselves to each other with. Made once for a folder, then kept. */
export interface Secrets {
  passwords: Record<Role, string>;
  stripe: { secretKey: string; publishableKey: string; webhookSecret: string };
  custody: { apiKey: string; privateKey: string; publicKey: string };
  /** `site` is the client that a single site may have of its own. */
  oidc: Record<'web' | 'site' | 'machine' | 'management', { clientId: string; clientSecret: string }>;
  /** Key 1 of sealed columns, in hexadecimal. */
  dataKey: string;
  /** Signs the state of sign-ins, in hexadecimal. */
  signInKey: string;
}

/** Reads the folder's secrets, and makes those it lacks; the file is readable by its owner alone. */
export async function loadSecrets(folder: string): Promise<Secrets> {
  const file = join(folder, 'secrets.json');
  const kept = await readKept(file);
  const made = makeSecrets();
  const secrets = { ...made, ...kept, oidc: { ...made.oidc, ...kept.oidc } };
  const known = { ...kept, ...kept.oidc };
  if (Object.keys({ ...made, ...made.oidc }).every((name) => name in known)) return secrets;
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}

async function readKept(file: string): Promise<Partial<Secrets>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Partial<Secrets>;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

const token = () => randomBytes(18).toString('base64url');
const makeClient = () => ({ clientId: token(), clientSecret: token() });

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
    oidc: { web: makeClient(), site: makeClient(), machine: makeClient(), management: makeClient() },
    dataKey: randomBytes(32).toString('hex'),
    signInKey: randomBytes(32).toString('hex'),
  };
}
