/** An isolated world. `parentKey` names the environment whose administrator created it; only that one sees it from outside. */
export interface Environment {
  readonly key: number;
  readonly id: string;
  readonly name: string;
  readonly parentKey: number | null;
  readonly createdAt: Date;
  readonly archivedAt: Date | null;
}

/** Whether an administrator of the viewer's environment sees the other: its own, and those it created. */
export function isVisibleFrom(viewerKey: number, environment: Pick<Environment, 'key' | 'parentKey'>): boolean {
  return environment.key === viewerKey || environment.parentKey === viewerKey;
}
