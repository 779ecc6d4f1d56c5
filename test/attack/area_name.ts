/** The areas that are attacked, by the names under which the command knows them. */
export const AREA_NAMES = ['identity'] as const;

export type AreaName = (typeof AREA_NAMES)[number];
