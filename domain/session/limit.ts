/** How long a session lives. It ends at whichever of the two comes first. */
export interface SessionLimit {
  /** Unused for this long. */
  readonly idleMinutes: number;
  /** However busy it is. */
  readonly absoluteMinutes: number;
}

const HOUR = 60;
const DAY = 24 * HOUR;

/**
 * A buyer may come back a week later and find the order they left; whoever runs sites signs in every working day, since
 * their session reaches other people's money.
 */
const SESSION_LIMITS = {
  site: { idleMinutes: 7 * DAY, absoluteMinutes: 30 * DAY },
  platform: { idleMinutes: 2 * HOUR, absoluteMinutes: 12 * HOUR },
} as const satisfies Record<string, SessionLimit>;

/** The limits of sessions on a kind of host. */
export const sessionLimit = (host: keyof typeof SESSION_LIMITS): SessionLimit => SESSION_LIMITS[host];

/** How long a sign-in by Auth0 is believed before Auth0 is asked again if the person may still sign in. */
export const RECHECK_MINUTES = HOUR;
