export { type Bodies, bodies } from './bodies.ts';
export { type Camera, cameras } from './cameras.ts';
export { type Certificate, type CertificateReport, certificate } from './certificate.ts';
export { type CameraControl, type CameraControls, controls } from './controls.ts';
export { type ErrorBody, errorBody, type RelayProblem } from './error.ts';
export { type AccessEvent, type EventPage, events } from './events.ts';
export { health, metrics } from './health.ts';
export { install } from './install.ts';
export { type Invitation, invitations } from './invitations.ts';
export { type Joined, join } from './join.ts';
export { keys, type PublishKey } from './keys.ts';
export {
	MAX_CAMERAS_NAMED,
	MAX_LABEL_LENGTH,
	MAX_NAME_LENGTH,
	MAX_PASSWORD_LENGTH,
	MAX_SHARE_LINK_DAYS,
} from './limits.ts';
export { links, type NewLink, type ShareLink } from './links.ts';
export type { AnswerOf, BodyOf, JsonOperation, Operation, OperationWithBody, ParamsOf, Resource } from './operation.ts';
export { type Outside, outside } from './outside.ts';
export { type Pairing, pairings, type StartedPairing } from './pairings.ts';
export { type Invited, type NewPerson, type Person, type PersonChange, people } from './people.ts';
export { ingest, pictures } from './pictures.ts';
export { ApiError, readAnswer, readError } from './read.ts';
export { resources } from './resources.ts';
export { type GuestLink, type Proof, password, type Session, session, setup } from './session.ts';
export { type OpenSession, sessions } from './sessions.ts';
export { type TargetOf, targetOf } from './target.ts';
export { type NewToken, type Token, tokens } from './tokens.ts';
export { type CameraViewer, viewers } from './viewers.ts';
