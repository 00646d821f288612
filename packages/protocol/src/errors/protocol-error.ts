import { CodedError } from '@oriel/base';

/**
 * The peer broke the protocol. `truncated`: a message ends before its length says; `too-large`: over a named limit;
 * `bad-control`: a control message is not the JSON that docs/protocol.md describes; `bad-field`: a number out of range;
 * `too-many`: more messages than the receiver handles.
 */
export class ProtocolError extends CodedError<'truncated' | 'too-large' | 'bad-control' | 'bad-field' | 'too-many'> {}
