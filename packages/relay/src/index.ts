export { type AccessFiles, openAccessFiles, type StoredKey, type StoredToken } from './access/files.ts';
export { addKey, addToken, removeKeys, removeToken, requireCameraName, type TokenWish } from './access/keys.ts';
export { newSetupToken, Owner, SETUP_LINK_HOURS } from './access/owner.ts';
export { type RelayConfig, relayConfigShape } from './config.ts';
export { RelayError, type RelayErrorCode, STATUS_OF } from './errors/relay-error.ts';
export { isAddressRange } from './http/address-range.ts';
export { type Relay, type RelayDependencies, startRelay } from './relay.ts';
