// Words that documents and the texts of the program do not use, each with the reason and with what to write instead.
// An outsider searches for the field's word and must not have to decode a sentence.

/**
 * Words of sentences: in Markdown, in string literals and JSX texts of code that ships, and in comments and test titles.
 * `inComments: false`: there it may be plain English, such as the room of a buffer.
 */
export const DROPPED_WORDS = [
	// Errors say what was expected.
	{
		word: /\b(is|are|was|were) wanted\b|\bwanted:/gi,
		use: '"expected ..." or "must be"',
		why: 'not idiomatic',
		inComments: false,
	},
	// Who acts has a name.
	{ word: /\bwho(m)?ever\b/gi, use: 'the actor: "the client", "a viewer"', why: 'names no actor' },
	{ word: /\bnobody\b/gi, use: '"no viewer", "no client", "no one"', why: 'names no actor' },
	{ word: /\bsomebody\b/gi, use: 'the actor: "a user", "another program"', why: 'names no actor' },
	{ word: /\banybody\b/gi, use: '"any client", "anyone"', why: 'names no actor' },
	{ word: /\beverybody\b/gi, use: '"every user", "everyone"', why: 'names no actor' },
	{
		word: /\bvouch(es|ed)?\b/gi,
		use: '"issued by", "self-signed"',
		why: 'the term of TLS is "issuer"',
		inComments: false,
	},
	// Old-fashioned or literal translations.
	{ word: /\banew\b/gi, use: '"again", or a verb with re-', why: 'archaic' },
	{ word: /\bfor ever\b/gi, use: '"indefinitely"', why: 'archaic' },
	{ word: /\bby (itself|themselves)\b/gi, use: '"automatically" or "alone"', why: 'ambiguous' },
	{ word: /\bmend(s|ed|ing)?\b/gi, use: '"fix"', why: 'archaic' },
	{ word: /\bso many\b/gi, use: 'the number, or "N"', why: 'says no number', inComments: false },
	{ word: /\bwhat is left\b/gi, use: '"the remaining ..."', why: 'vague', inComments: false },
	{ word: /\bof no use\b/gi, use: '"unusable", "cannot be used"', why: 'not idiomatic', inComments: false },
	{
		word: /\bunder way\b/gi,
		use: '"in flight" (sent, not acknowledged), "open" or "running"',
		why: 'has a term',
		inComments: false,
	},
	// Metaphors for structure.
	{ word: /\bstor(ey|eys|ies)\b|\b(ground|first) floor\b|\broofs?\b/gi, use: '"layer"', why: 'metaphor' },
	{
		word: /\brooms?\b/gi,
		use: '"module" of code, "space" or "capacity" otherwise',
		why: 'metaphor',
		inComments: false,
	},
	{ word: /\bhouses?\b/gi, use: '"project" or "code base"', why: 'metaphor' },
	{ word: /\bways? (in|out)\b/gi, use: '"input" or "output"', why: 'metaphor', inComments: false },
	{ word: /\boutbox\b/gi, use: '"send queue"', why: 'has a term' },
	{ word: /\brehears\w*\b/gi, use: '"test", "test double" or "simulation"', why: 'metaphor' },
	{ word: /\bglimpses?\b/gi, use: '"idle poster"', why: 'metaphor' },
	{ word: /\bleash(es)?\b/gi, use: '"orphan guard"', why: 'metaphor' },
];

/** Words of comments and of test titles. */
export const COMMENT_WORDS = DROPPED_WORDS.filter(({ inComments = true }) => inComments);

/** Names of types that were renamed: in code spans of Markdown. */
export const DROPPED_TYPES = [
	['Position', 'ReadCursor'],
	['Outbox', 'SendQueue'],
	['Waiting', 'Gop'],
	['InFlight', 'CongestionController'],
	['Glimpses', 'IdlePosters'],
	['ControlDesk', 'SettingsController'],
	['Knob', 'SettingSpec'],
	['Dial', 'SettingSpec'],
	['Keeper', 'SettingsStore'],
	['Wish', 'a request'],
	['Talk', 'Connection'],
	['Talker', 'ConnectionHandler'],
	['Doorman', 'TlsDemux'],
	['PlainPort', 'RedirectServer'],
	['Manners', 'a test double'],
	['Scene', 'a fixture'],
	['Ladder', 'PlaybackMethod'],
	['Rung', 'PlaybackMethod'],
	['Outlet', 'FramePresenter'],
	['Continuity', 'GapDetector'],
	['Filling', 'BufferFeeder'],
	['Sight', 'PlayerInputs'],
	['Leash', 'OrphanGuard'],
	['Patience', 'StallTimeout'],
	['Complaint', 'LogThrottle'],
	['Ending', 'ExitStatus or CloseReason'],
	['World', 'Context'],
	['Berth', 'CameraSlot'],
	['Eyes', 'FileWatcher'],
	['ReadFrame', 'MediaUnit'],
	['TimedFrame', 'MediaUnit'],
	['FrameMessage', 'EncodedFrame'],
	['Picture', 'EncodedFrame, or YuvImage for raw planes'],
].map(([name, use]) => ({ word: new RegExp(`\\b${name}\\b`, 'g'), use, why: 'renamed to the word of the field' }));

/** Where a dropped word is right. `text`: a part of the line or string that holds it. */
export const EXCEPTIONS = [];
