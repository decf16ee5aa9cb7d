const name = 'explain-service.key';

/** What holds the key of this session. */
export type SessionKey = typeof sessionKey;

/** The key of this session; nothing of it outlives the tab. */
export const sessionKey = {
  get: (): string | null => sessionStorage.getItem(name),
  set: (key: string): void => sessionStorage.setItem(name, key),
  forget: (): void => sessionStorage.removeItem(name),
};
