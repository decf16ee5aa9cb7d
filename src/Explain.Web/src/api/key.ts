const name = 'explain-service.key';

/** The key of this session; nothing of it outlives the tab. */
export const sessionKey = {
  get: (): string | null => sessionStorage.getItem(name),
  set: (key: string): void => sessionStorage.setItem(name, key),
  forget: (): void => sessionStorage.removeItem(name),
};
