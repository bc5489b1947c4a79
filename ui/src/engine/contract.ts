// Generated from the engine's table of commands by `cargo xtask types`. Do not edit.

/**
 * The motions that the activity check knows, and the honest answer when it is none of them.
 */
export type Activity = "standing" | "walking" | "running" | "badminton" | "unknown";

/**
 * What a quest needs a grant for.
 */
export type Ask = { 
/**
 * The purpose's name in records.
 */
purpose: Slug, 
/**
 * The purpose in plain words, as the end of "for ...".
 */
purpose_text: string, 
/**
 * How much detail.
 */
precision: Precision, 
/**
 * How long the hub keeps it, in days.
 */
retention_days: number, };

/**
 * One thing that a hub asks for.
 */
export type AskView = { 
/**
 * The purpose's name in records.
 */
purpose: Slug, 
/**
 * The purpose in plain words, as the end of "for ...".
 */
purpose_text: string, 
/**
 * Which streams.
 */
streams: Array<Stream>, 
/**
 * How much detail.
 */
precision: Precision, 
/**
 * Who gets it.
 */
recipient: Slug, 
/**
 * What the recipient calls itself.
 */
recipient_name: string, 
/**
 * How long it keeps it, in days.
 */
retention_days: number, 
/**
 * The titles of the quests that ask it.
 */
quests: Array<string>, 
/**
 * What those quests offer, in points.
 */
points: number, 
/**
 * From when a grant given now would cover captures.
 */
from: Timestamp, 
/**
 * Until when.
 */
until: Timestamp, 
/**
 * The receipt that allows it now, when there is one: the switch is on.
 */
receipt: ReceiptId | null, 
/**
 * Until when that receipt allows it.
 */
granted_until: Timestamp | null, };

/**
 * What an export amounts to.
 */
export type Audit = { 
/**
 * How many contributions were credited.
 */
awards: number, 
/**
 * How many of them stand in a ledger that their hub signed, pay what their facts give, and were moved back whole where they were.
 */
verified: number, 
/**
 * What the verified ones sum to, less what was moved back.
 */
sum: number, 
/**
 * The newest head of the hub that was seen last, as it was signed.
 */
checkpoint: string | null, 
/**
 * Whether each head continues the one before it.
 */
consistent: boolean, 
/**
 * What is wrong, or not proved yet.
 */
findings: Array<Finding>, };

/**
 * The points of one contribution, with the lines that sum to them.
 */
export type Award = { 
/**
 * Whole points.
 */
points: number, 
/**
 * Base, quality, novelty, need, and the cap when it applies. Their changes sum to `points` and the part of a point that
 * rounding down drops.
 */
lines: Array<Line>, };

/**
 * The kinds of capture, by what a check has to know of them.
 */
export type CaptureKind = "motion" | "heart" | "photo" | "sound" | "text" | "place";

/**
 * The captures that are kept.
 */
export type CaptureList = { 
/**
 * The newest first.
 */
captures: Array<KeptCapture>, };

/**
 * Bytes to be judged.
 */
export type CheckCapture = { 
/**
 * What the page calls this judging, 1 to 64 characters of its choice, as a UUID: to hear of its progress, end it, and keep it by.
 */
run: string, 
/**
 * What they are; told by their first ones where nobody says.
 */
kind?: CaptureKind, 
/**
 * The file, in base 64 (RFC 4648, section 4).
 */
bytes: string, 
/**
 * For which quest: its pipeline of checks is asked, and no other.
 */
quest?: Slug, 
/**
 * What was asked for, in words: its copy is no answer.
 */
prompt?: string, 
/**
 * What should be in the photo, or what the text should be about.
 */
subject?: string, 
/**
 * Whether people may, must or must not be heard speaking in a sound; where nobody says, they may.
 */
speech?: Speech, };

/**
 * What the checks made of a capture, and what would leave.
 */
export type CheckedCapture = { 
/**
 * BLAKE3 of the file, in hexadecimal.
 */
id: string, 
/**
 * What it is.
 */
kind: CaptureKind, 
/**
 * What is to be done with it.
 */
decision: Decision, 
/**
 * One a check, the cheap ones first.
 */
verdicts: Array<Verdict>, 
/**
 * The words of a text, which the marks count in.
 */
text: string | null, 
/**
 * Exactly what would leave; `null` where nothing would.
 */
shared: SharedFile | null, 
/**
 * What it is called where it is kept already: keeping it again replaces what is kept of it.
 */
kept_as: string | null, };

/**
 * What goes wrong with a command, as every front passes it on. The screens branch on `code`, never on `message`.
 */
export type CommandError = { 
/**
 * Stable code.
 */
code: string, 
/**
 * What happened, what was kept, what to do.
 */
message: string, };

/**
 * The content address of a contribution.
 */
export type ContributionId = string;

/**
 * Where a contribution stands.
 */
export type ContributionState = "waiting" | "awarded" | "refused" | "withdrawn";

/**
 * A date in the person's own calendar: days since 1970-01-01, bounded to what `YYYY-MM-DD` can say.
 *
 * The calendar is the Gregorian one, also before 1582 (proleptic), as ISO 8601 has it. The conversions are `days_from_civil` and
 * `civil_from_days` of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (<https://howardhinnant.github.io/date_algorithms.html>),
 * which are in the public domain.
 */
export type Day = string;

/**
 * What is to be done with a capture. Ordered by gravity: the gravest of its verdicts decides.
 */
export type Decision = "accept" | "redact" | "retry" | "reject";

/**
 * A device's id, which is also its MQTT user name and a level of its topics: 1 to 64 of `a-z`, `0-9` and `-`.
 */
export type DeviceId = string;

/**
 * How a device came to Earnest.
 */
export type DeviceKind = "mqtt" | "sample";

/**
 * Everything that the Devices screen shows.
 */
export type DeviceList = { 
/**
 * Now, by the engine's clock.
 */
now: Timestamp, 
/**
 * The paired devices, the newest first.
 */
devices: Array<DeviceView>, 
/**
 * What was refused of callers that are no paired device.
 */
strangers: Array<RejectionView>, 
/**
 * Where devices reach the endpoint.
 */
endpoint: EndpointView, };

/**
 * Whose captures a grant covers.
 */
export type DeviceScope = "all" | { "only": Array<DeviceId> };

/**
 * One device.
 */
export type DeviceView = { 
/**
 * Its id, and its MQTT user name.
 */
id: DeviceId, 
/**
 * What the person calls it.
 */
name: string, 
/**
 * How it came.
 */
kind: DeviceKind, 
/**
 * When it was paired.
 */
paired_at: Timestamp, 
/**
 * Health at a glance.
 */
health: Health, 
/**
 * Whether it is connected now.
 */
connected: boolean, 
/**
 * When its newest reading arrived here; `null` before the first.
 */
last_seen: Timestamp | null, 
/**
 * Values stored, in all.
 */
samples: number, 
/**
 * By stream.
 */
streams: Array<StreamView>, 
/**
 * What the activity check made of it, windows by label.
 */
windows: { [key in Activity]?: number }, 
/**
 * The newest windows, the oldest of them first, at most 60.
 */
recent: Array<RecentWindow>, 
/**
 * What was refused, and why.
 */
rejections: Array<RejectionView>, 
/**
 * The topic that it publishes to.
 */
topic: string, 
/**
 * For the sample wearable: whether its replay is on.
 */
sample_running: boolean | null, };

/**
 * Where devices reach the built-in MQTT endpoint.
 */
export type EndpointView = { 
/**
 * Address of the interface.
 */
host: string, 
/**
 * TCP port.
 */
port: number, };

/**
 * How far the erasure of something that left has come.
 */
export type Erasure = "asked" | "confirmed";

/**
 * Something changed. A front that shows it asks again; one that does not ignores it.
 */
export type Event = { "event": "devices" } | { "event": "today" } | { "event": "sharing" } | { "event": "history" } | { "event": "person" } | { "event": "awarded", 
/**
 * Which one.
 */
contribution: ContributionId, 
/**
 * What it earned.
 */
points: number, } | { "event": "checking", 
/**
 * What the page that asked calls this judging.
 */
run: string, 
/**
 * What it finds out, for a person.
 */
check: string, 
/**
 * How many began before it; the last of them may still be judging.
 */
done: number, 
/**
 * How many there are.
 */
all: number, } | { "event": "resync" };

/**
 * Where in a capture a check saw what its verdict says.
 */
export type Evidence = { "evidence": "span", 
/**
 * The first byte.
 */
start: number, 
/**
 * After the last byte.
 */
end: number, 
/**
 * What stands there.
 */
what: string, } | { "evidence": "region", 
/**
 * Left edge.
 */
x: number, 
/**
 * Upper edge.
 */
y: number, 
/**
 * How wide.
 */
width: number, 
/**
 * How high.
 */
height: number, 
/**
 * What is there.
 */
what: string, } | { "evidence": "stretch", 
/**
 * Its first millisecond.
 */
from_ms: number, 
/**
 * After its last.
 */
to_ms: number, 
/**
 * What happens there.
 */
what: string, } | { "evidence": "measure", 
/**
 * What was measured.
 */
what: string, 
/**
 * How much of it.
 */
value: number, 
/**
 * In what; UCUM, and `1` for a plain number.
 */
unit: string, 
/**
 * It should be at least this.
 */
least?: number, 
/**
 * It should be at most this.
 */
most?: number, };

/**
 * Everything that the person has of the ledgers that they stand in, as a file.
 */
export type ExportFile = { 
/**
 * What it may be called.
 */
name: string, 
/**
 * JSON, see [`earnest_domain::ledger::Export`].
 */
text: string, };

/**
 * The parts of the formula, in the order in which they apply.
 */
export type Factor = "base" | "quality" | "novelty" | "need" | "cap";

/**
 * Something that does not hold.
 */
export type Finding = { 
/**
 * Which hub's ledger.
 */
hub: Slug, 
/**
 * Which contribution; `None` of the ledger as a whole.
 */
contribution: ContributionId | null, 
/**
 * A stable code.
 */
code: string, 
/**
 * What that is.
 */
says: string, };

/**
 * What a person allows: purpose x streams x precision x recipient x retention x expiry.
 */
export type Grant = { 
/**
 * What the recipient may use it for.
 */
purpose: Slug, 
/**
 * The purpose in the words that the person was shown, as the end of "for ...". Absent where none were shown (and in receipts
 * of the first version): then its short name is all that was agreed to.
 */
purpose_text?: string, 
/**
 * What was measured.
 */
streams: Array<Stream>, 
/**
 * By which devices.
 */
devices: DeviceScope, 
/**
 * How much of it may leave, at most.
 */
precision: Precision, 
/**
 * Who gets it: a hub's id.
 */
recipient: Slug, 
/**
 * How many days the recipient may keep it, at most: what a quest asks beyond that is not granted.
 */
retention_days: number, 
/**
 * Covers what was captured from this instant on.
 */
from: Timestamp, 
/**
 * Covers nothing captured, and sends nothing, from this instant on.
 */
until: Timestamp, };

/**
 * Gives leave. What is absent takes the default that the Sharing screen shows.
 */
export type GrantConsent = { 
/**
 * What for.
 */
purpose: Slug, 
/**
 * Which streams.
 */
streams: Array<Stream>, 
/**
 * How much detail.
 */
precision: Precision, 
/**
 * Which devices; all of them when absent.
 */
devices?: Array<DeviceId>, 
/**
 * Who: a hub's id, or `hub` for the one that this node uses, which is also the default.
 */
recipient?: Slug, 
/**
 * Covers captures from then on; a day ago when absent, so that a walk just made counts.
 */
from?: Timestamp, 
/**
 * Until when; in 90 days when absent.
 */
until?: Timestamp, 
/**
 * The purpose in the words that the person was shown; those that the hub's quest says now when absent. They are signed.
 */
purpose_text?: string, 
/**
 * For how many days the person was told that it is kept; as the hub's quest says now when absent.
 */
retention_days?: number, };

/**
 * Every receipt.
 */
export type GrantList = { 
/**
 * The newest first.
 */
grants: Array<GrantView>, };

/**
 * Where a grant stands.
 */
export type GrantState = "active" | "ended" | "withdrawn";

/**
 * A receipt and where it stands.
 */
export type GrantView = { 
/**
 * Its content address.
 */
receipt: ReceiptId, 
/**
 * What it allows.
 */
grant: Grant, 
/**
 * When it was given.
 */
given_at: Timestamp, 
/**
 * Where it stands.
 */
state: GrantState, 
/**
 * When it was withdrawn.
 */
withdrawn_at: Timestamp | null, };

/**
 * Health at a glance.
 */
export type Health = "waiting" | "listening" | "silent" | "refused" | "resting";

/**
 * Everything that the History screen shows.
 */
export type History = { 
/**
 * The newest first, whichever hub they were for.
 */
items: Array<HistoryItem>, 
/**
 * The sum of this hub's awards.
 */
points: number, 
/**
 * What the hub says it is; `null` before the first answer.
 */
hub_points: number | null, };

/**
 * One contribution.
 */
export type HistoryItem = { 
/**
 * Its content address.
 */
contribution: ContributionId, 
/**
 * For which quest.
 */
quest: Slug, 
/**
 * What the quest is called.
 */
quest_title: string, 
/**
 * When it was prepared.
 */
at: Timestamp, 
/**
 * Where it stands.
 */
state: ContributionState, 
/**
 * Which hub it is for.
 */
recipient: Slug, 
/**
 * What that hub calls itself.
 */
recipient_name: string, 
/**
 * Whether that is another hub than the one in use: what waits for it stays until it is used again, and its points are not in
 * the sum.
 */
elsewhere: boolean, 
/**
 * The motion.
 */
label: Activity, 
/**
 * How long.
 */
seconds: number, 
/**
 * How clear.
 */
quality: Permille, 
/**
 * How many windows were summed up.
 */
windows: number, 
/**
 * Readings that it was made of and that stayed.
 */
stayed_readings: number, 
/**
 * The receipt that allowed it.
 */
receipt: ReceiptId, 
/**
 * The exact bytes that leave, or left.
 */
text: string, 
/**
 * When it was first sent.
 */
sent_at: Timestamp | null, 
/**
 * What this device computed before the hub answered.
 */
estimate: Award, 
/**
 * What the hub answered.
 */
award: Award | null, 
/**
 * Whether the two agree, to the point and the line.
 */
agrees: boolean | null, 
/**
 * Why the hub said no, or why it was not credited in time: a stable code.
 */
refusal: string | null, 
/**
 * Where it stands in the hub's ledger.
 */
ledger: LedgerView, };

/**
 * Whether the hub answers.
 */
export type HubState = "unknown" | "reachable" | "unreachable" | "trouble";

/**
 * The hub, as far as it is known.
 */
export type HubView = { 
/**
 * Its id in receipts; `null` until it was reached once.
 */
id: Slug | null, 
/**
 * What it calls itself.
 */
name: string, 
/**
 * Whether it runs inside this app.
 */
embedded: boolean, 
/**
 * Whether it answers.
 */
state: HubState, 
/**
 * What is wrong with it, or with what it was sent, when something is.
 */
trouble: CommandError | null, };

/**
 * A judged capture that the person wants to keep.
 */
export type KeepCapture = { 
/**
 * What the page called its judging.
 */
run: string, 
/**
 * BLAKE3 of the file, in hexadecimal: what is kept already is kept, and no error.
 */
id: string, 
/**
 * What to call it.
 */
name: string, };

/**
 * A capture that is kept.
 */
export type KeptCapture = { 
/**
 * BLAKE3 of the file, in hexadecimal.
 */
id: string, 
/**
 * What it is.
 */
kind: CaptureKind, 
/**
 * What the person calls it.
 */
name: string, 
/**
 * When it was kept.
 */
kept_at: Timestamp, 
/**
 * What the checks say is to be done with it.
 */
decision: Decision, 
/**
 * What they made of it.
 */
verdicts: Array<Verdict>, 
/**
 * How many bytes stay.
 */
size: number, 
/**
 * How many may leave; `null` where it stays as a whole.
 */
shared_size: number | null, };

/**
 * Where the key of the vault lies.
 */
export type KeyPlaceView = "keyring" | "file";

/**
 * How often a quest comes back, and what tells one effort from the next.
 */
export type Kind = "once" | "daily" | "repeated";

/**
 * What is known of a contribution in its hub's ledger.
 */
export type LedgerView = { 
/**
 * The number of the entry that paid it.
 */
entry: number | null, 
/**
 * How many entries stand under the signed head that proves it; `null` while it waits for that.
 */
proved_under: number | null, 
/**
 * The number of the entry that moved its points back.
 */
reversed: number | null, 
/**
 * When the person took it back.
 */
undone_at: Timestamp | null, 
/**
 * Whether the hub knows that.
 */
undo_known: boolean, };

/**
 * Something that left.
 */
export type LeftItem = { 
/**
 * Which contribution.
 */
contribution: ContributionId, 
/**
 * For which quest.
 */
quest_title: string, 
/**
 * When it was first sent.
 */
at: Timestamp, 
/**
 * How many bytes.
 */
bytes: number, 
/**
 * Under which receipt.
 */
receipt: ReceiptId, 
/**
 * What the hub that got it calls itself.
 */
recipient_name: string, 
/**
 * Whether it is to be erased there; `null` while neither it nor its permission was taken back.
 */
erasure: Erasure | null, };

/**
 * Where a person stands by their points.
 *
 * Level `n` begins at `50 n (n - 1)` points, a triangular number of hundreds: 0, 100, 300, 600, 1000, ... Points alone count:
 * neither how long ago they were earned nor how long a person has been here, and whoever has the same points has the same level.
 */
export type Level = { 
/**
 * Counted from 1.
 */
level: number, 
/**
 * The points that it was computed from.
 */
points: number, 
/**
 * Points at which this level began.
 */
from: number, 
/**
 * Points at which the next one begins; [`u64::MAX`] where none can.
 */
next: number, };

/**
 * One line of the sum.
 */
export type Line = { 
/**
 * Which part of the formula.
 */
factor: Factor, 
/**
 * Points for the base and the cap, permille for the factors.
 */
value: number, 
/**
 * What the line adds to the sum, in thousandths of a point.
 */
change: number, 
/**
 * Why the value is what it is.
 */
reason: LineReason, };

/**
 * Why a line has its value; stable codes with a sentence each in the message catalogue.
 */
export type LineReason = "quest_offer" | "clear" | "partly_unclear" | "too_unclear" | "all_new" | "partly_repeated" | "all_repeated" | "need_usual" | "need_high" | "need_low" | "quest_cap";

/**
 * The newest window of motion.
 */
export type Live = { 
/**
 * Which device saw it.
 */
device: DeviceId, 
/**
 * What the person calls that device.
 */
device_name: string, 
/**
 * The motion.
 */
label: Activity, 
/**
 * How sure the check is.
 */
score: Permille, 
/**
 * Why.
 */
reason: WindowReason, 
/**
 * When the window ended.
 */
at: Timestamp, };

/**
 * A request without parameters: `{}` on the wire.
 */
export type Nothing = Record<string, never>;

/**
 * A file as it was taken.
 */
export type OriginalFile = { 
/**
 * Its bytes, in base 64.
 */
bytes: string, 
/**
 * How many there are.
 */
size: number, };

/**
 * Pairs a wearable that speaks MQTT.
 */
export type PairMqtt = { 
/**
 * What the person calls it: 1 to 60 characters.
 */
name: string, };

/**
 * Pairs the sample wearable.
 */
export type PairSample = { 
/**
 * How many times faster than life it plays; 1 when absent.
 */
speed?: number, };

/**
 * Everything a device needs; the password is shown once and kept only as a hash.
 */
export type Pairing = { 
/**
 * The device's id.
 */
device: DeviceId, 
/**
 * Where to connect.
 */
host: string, 
/**
 * TCP port.
 */
port: number, 
/**
 * MQTT user name.
 */
username: string, 
/**
 * MQTT password.
 */
password: string, 
/**
 * Where to publish.
 */
topic: string, 
/**
 * The same as a QR code: an SVG image of a JSON object with these fields.
 */
qr_svg: string, };

/**
 * A share in thousandths, 0 to 1000: how scores, qualities and factors are carried, so that no float touches an award.
 */
export type Permille = number;

/**
 * What the welcome and the settings show.
 */
export type Person = { 
/**
 * How the person wants to be called; `null` until the welcome is done.
 */
name: string | null, 
/**
 * Where the vault's key lies.
 */
key_place: KeyPlaceView, 
/**
 * Values that the vault holds.
 */
readings: number, 
/**
 * Bytes on disk.
 */
vault_bytes: number, 
/**
 * The hub that contributions would go to.
 */
hub: HubView, 
/**
 * The version of the app.
 */
version: string, };

/**
 * How much of a capture may leave. Ordered: a grant of one precision covers all coarser ones.
 */
export type Precision = "summary" | "features" | "raw";

/**
 * How far a person has come.
 */
export type Progress = { 
/**
 * Seconds that count.
 */
seconds: number, 
/**
 * Seconds that it takes.
 */
goal: number, };

/**
 * One quest.
 */
export type QuestCard = { 
/**
 * Its name in records.
 */
id: Slug, 
/**
 * What the card says.
 */
title: string, 
/**
 * What to do and why.
 */
story: string, 
/**
 * How often it comes back.
 */
kind: Kind, 
/**
 * The motion that counts.
 */
label: Activity, 
/**
 * Which streams it needs.
 */
streams: Array<Stream>, 
/**
 * How far it is.
 */
progress: Progress, 
/**
 * Where it stands.
 */
state: QuestState, 
/**
 * What it asks leave for.
 */
ask: Ask, 
/**
 * What it would earn, or earns: the estimate until the hub has answered, then the award itself.
 */
award: Award, 
/**
 * How many windows the capture has so far.
 */
windows: number, 
/**
 * The contribution, once there is one.
 */
contribution: ContributionId | null, };

/**
 * Where a quest stands.
 */
export type QuestState = { "state": "needs_device" } | { "state": "open" } | { "state": "needs_consent", 
/**
 * What is missing.
 */
refusal: Refusal, } | { "state": "sending" } | { "state": "awarded" } | { "state": "refused" };

/**
 * One quest in numbers.
 */
export type QuestStatus = { 
/**
 * Its name in records.
 */
id: Slug, 
/**
 * From 0 to 1.
 */
progress: number, 
/**
 * Credited as often as it can be.
 */
done: boolean, };

/**
 * What can be said of a quest. The last word counts.
 */
export type QuestWord = "pin" | "snooze" | "never" | "nothing";

/**
 * The content address of a receipt.
 */
export type ReceiptId = string;

/**
 * A judged window, for the strip that shows what a device has seen lately.
 */
export type RecentWindow = { 
/**
 * When it starts.
 */
start: Timestamp, 
/**
 * What it was.
 */
label: Activity, 
/**
 * How sure the check was.
 */
score: Permille, };

/**
 * Why something may not leave. Stable codes; the hub answers with the same ones.
 */
export type Refusal = "no_grant" | "recipient" | "purpose" | "purpose_changed" | "streams" | "devices" | "precision" | "captured_before" | "expired" | "withdrawn";

/**
 * A reason code, stable for ever: the screens and `earnest status` count by it.
 */
export type RejectionReason = "wrong_credentials" | "foreign_topic" | "payload_too_large" | "malformed_payload" | "not_a_number" | "no_value" | "unknown_name" | "unknown_unit" | "time_in_future" | "clock_not_set" | "unsupported_version";

/**
 * What was refused, counted by reason.
 */
export type RejectionView = { 
/**
 * Why.
 */
reason: RejectionReason, 
/**
 * How often.
 */
count: number, 
/**
 * The last time.
 */
last_at: Timestamp, 
/**
 * Where and what, the last time.
 */
detail: string, };

/**
 * Gives a device another name.
 */
export type RenameDevice = { 
/**
 * Which one.
 */
device: DeviceId, 
/**
 * What the person calls it: 1 to 60 characters.
 */
name: string, };

/**
 * Gives a device another password.
 */
export type RenewCredential = { 
/**
 * Which one.
 */
device: DeviceId, };

/**
 * Access for one replay; the password is forgotten when the node stops.
 */
export type ReplayAccess = { 
/**
 * Where to connect.
 */
host: string, 
/**
 * TCP port.
 */
port: number, 
/**
 * MQTT user name.
 */
username: string, 
/**
 * MQTT password.
 */
password: string, 
/**
 * Where to publish.
 */
topic: string, 
/**
 * Now, by the engine's clock.
 */
now: Timestamp, };

/**
 * Asks for access to publish as a paired device.
 */
export type ReplayCredentials = { 
/**
 * Which device the replay speaks as.
 */
device: DeviceId, };

/**
 * What is said of which quest.
 */
export type SayOfQuest = { 
/**
 * Which.
 */
quest: Slug, 
/**
 * What.
 */
word: QuestWord, };

/**
 * The name that the person chose: 1 to 60 characters.
 */
export type SetName = { 
/**
 * The name.
 */
name: string, };

/**
 * Pauses the sample wearable, or lets it go on.
 */
export type SetSampleRunning = { 
/**
 * Which one.
 */
device: DeviceId, 
/**
 * On or off.
 */
running: boolean, };

/**
 * A file that may leave.
 */
export type SharedFile = { 
/**
 * What it is (RFC 6838).
 */
media_type: string, 
/**
 * Its bytes, in base 64.
 */
bytes: string, 
/**
 * How many there are.
 */
size: number, };

/**
 * Everything that the Sharing screen shows.
 */
export type Sharing = { 
/**
 * Now, by the engine's clock.
 */
now: Timestamp, 
/**
 * Who would get it.
 */
hub: HubView, 
/**
 * What the hub's quests ask for, each with its switch.
 */
asks: Array<AskView>, 
/**
 * Every receipt, the newest first.
 */
grants: Array<GrantView>, 
/**
 * What left, the newest first.
 */
left: Array<LeftItem>, 
/**
 * Bytes that left in the last seven days.
 */
left_bytes_week: number, 
/**
 * Values that stayed.
 */
stayed_readings: number, };

/**
 * A short name made of `a-z`, `0-9` and `-`: what a purpose, a quest or a hub is called in records.
 */
export type Slug = string;

/**
 * What is thought of speech in a sound.
 */
export type Speech = "welcome" | "wanted" | "unwanted";

/**
 * The sums of a node.
 */
export type Status = { 
/**
 * Values stored.
 */
samples: number, 
/**
 * Judged windows, by label.
 */
windows: { [key in Activity]?: number }, 
/**
 * Refused messages and records, by reason.
 */
rejected: { [key in RejectionReason]?: number }, 
/**
 * The quests on offer.
 */
quests: Array<QuestStatus>, 
/**
 * Contributions and withdrawals that wait for the hub.
 */
outbox: number, 
/**
 * Contributions and withdrawals that wait for another hub, which this node used before.
 */
outbox_elsewhere: number, 
/**
 * The sum of the awards, as this device recomputes them.
 */
points: number, 
/**
 * What the hub says it is; `null` before the first answer.
 */
hub_points: number | null, 
/**
 * Whether the two are equal.
 */
points_agree: boolean, };

/**
 * How many days a person has kept going.
 */
export type Streak = { 
/**
 * Days of the streak that can still be gone on with.
 */
days: number, 
/**
 * Days of the longest there was; never below `days`.
 */
longest: number, 
/**
 * How it stands today.
 */
state: StreakState, 
/**
 * Whether something was accepted today.
 */
done_today: boolean, };

/**
 * How a streak stands.
 */
export type StreakState = "going" | { "paused": { 
/**
 * Undeclared days on which the streak can still be gone on with, today among them unless it is declared; 1 is the last one.
 */
until_fresh: number, } } | "fresh";

/**
 * What is measured. A grant speaks of streams; a device sends [`Channel`]s of them.
 */
export type Stream = "acceleration" | "angular_velocity" | "heart_rate";

/**
 * One stream of a device.
 */
export type StreamView = { 
/**
 * What is measured.
 */
stream: Stream, 
/**
 * In which unit (UCUM).
 */
unit: string, 
/**
 * Values stored.
 */
samples: number, 
/**
 * The newest value: of three axes, the length of the vector.
 */
last_value: number | null, 
/**
 * Its time, by the device's clock.
 */
last_time: Timestamp | null, };

/**
 * Which capture.
 */
export type ThisCapture = { 
/**
 * Its id.
 */
id: string, };

/**
 * Which judging.
 */
export type ThisCheck = { 
/**
 * What the page called it.
 */
run: string, };

/**
 * Which contribution.
 */
export type ThisContribution = { 
/**
 * Its content address.
 */
contribution: ContributionId, };

/**
 * An instant: microseconds since 1970-01-01T00:00:00Z, without leap seconds.
 *
 * On the wire a plain number; it stays below 2^53 (what JavaScript holds exactly) until the year 2255.
 */
export type Timestamp = number;

/**
 * Everything that the Today screen shows.
 */
export type Today = { 
/**
 * Now, by the engine's clock.
 */
now: Timestamp, 
/**
 * How the person wants to be called.
 */
name: string | null, 
/**
 * How many devices are paired.
 */
devices: number, 
/**
 * What was recognised last, if that is under 30 s ago.
 */
live: Live | null, 
/**
 * What keeps readings from being stored, or motion from being judged, when something does.
 */
trouble: CommandError | null, 
/**
 * The person's own date.
 */
day: Day, 
/**
 * The quests that are worth doing that day, and what is under way; the ones in progress first.
 */
quests: Array<QuestCard>, 
/**
 * How many others the hub offers.
 */
others: number, 
/**
 * How many days they have kept going, at any hub.
 */
streak: Streak, 
/**
 * What the points make.
 */
level: Level, 
/**
 * The sum of the awards.
 */
points: number, 
/**
 * The sum of the estimates that the hub has not answered yet.
 */
provisional_points: number, 
/**
 * Whether the hub answers.
 */
hub: HubState, 
/**
 * What is wrong with the hub, or with what it was sent, when something is.
 */
hub_trouble: CommandError | null, };

/**
 * Of which moment.
 */
export type TodayAt = { 
/**
 * Now, when absent. Which quests another day has can be told; how far they are is told as it is now.
 */
at?: Timestamp, 
/**
 * Every quest on offer, and not those alone that the day has.
 */
all?: boolean, };

/**
 * What one check made of one capture.
 */
export type Verdict = { 
/**
 * Which check: the name of its folder.
 */
check: Slug, 
/**
 * Its version; grows with every change of its code, model or limits that changes a verdict.
 */
version: number, 
/**
 * What is to be done.
 */
decision: Decision, 
/**
 * How well the capture did, or how sure the check is: its card says which.
 */
score: Permille, 
/**
 * What it is, where the check tells things apart.
 */
label: string | null, 
/**
 * Why: a stable code.
 */
reason: string, 
/**
 * The same for a person.
 */
says: string, 
/**
 * What they can do about it; empty where there is nothing to do.
 */
advice: string, 
/**
 * Where it shows.
 */
evidence: Array<Evidence>, 
/**
 * BLAKE3 of the model that judged, in hexadecimal.
 */
model: string | null, };

/**
 * Why a window of motion got the label it got; stable codes.
 */
export type WindowReason = "recognised" | "low_confidence" | "out_of_distribution" | "constant" | "gaps";

/**
 * Takes leave back.
 */
export type WithdrawConsent = { 
/**
 * Which receipt.
 */
receipt: ReceiptId, };

/**
 * What a withdrawal did at once; the hub is told as soon as it answers.
 */
export type Withdrawn = { 
/**
 * The receipt, now withdrawn.
 */
grant: GrantView, 
/**
 * Contributions that were waiting and do not leave any more.
 */
stopped: number, 
/**
 * Contributions that had left: the hub is asked to erase them.
 */
to_erase: number, };

export interface Commands {
  /** Who this is, and where their data lies. */
  person: { request: Nothing; reply: Person };
  /** Keeps the name that the person chose; that ends the welcome. */
  set_name: { request: SetName; reply: Person };
  /** Today's quests, best first, and what the points stand at. */
  today: { request: TodayAt; reply: Today };
  /** Shows a quest always, not for a week, never, or as any other. */
  say_of_quest: { request: SayOfQuest; reply: Today };
  /** Every device, with its health and what was refused of it. */
  devices: { request: Nothing; reply: DeviceList };
  /** Pairs a wearable that speaks MQTT: makes its credentials, shown once. */
  pair_mqtt: { request: PairMqtt; reply: Pairing };
  /** Gives a device another name. */
  rename_device: { request: RenameDevice; reply: DeviceList };
  /** Gives a device another password, shown once; the one it had opens nothing any more. */
  renew_credential: { request: RenewCredential; reply: Pairing };
  /** Pairs the sample wearable, which replays a recording, and starts it. */
  pair_sample: { request: PairSample; reply: DeviceList };
  /** Pauses the sample wearable, or lets it go on. */
  set_sample_running: { request: SetSampleRunning; reply: DeviceList };
  /** Access for one replay through the endpoint, valid until the node stops. */
  replay_credentials: { request: ReplayCredentials; reply: ReplayAccess };
  /** What may leave, what left and what stayed. */
  sharing: { request: Nothing; reply: Sharing };
  /** Gives leave: signs a receipt. */
  grant_consent: { request: GrantConsent; reply: GrantView };
  /** Takes leave back: the outbox empties, the hub is asked to erase. */
  withdraw_consent: { request: WithdrawConsent; reply: Withdrawn };
  /** Every receipt, the newest first. */
  consents: { request: Nothing; reply: GrantList };
  /** Every contribution, the newest first, with its lines and its bytes. */
  history: { request: Nothing; reply: History };
  /** Why a contribution earned what it earned. */
  why: { request: ThisContribution; reply: HistoryItem };
  /** Takes a contribution back: what has not left never will, and the hub erases the rest and moves its award back. */
  undo: { request: ThisContribution; reply: HistoryItem };
  /** Checks every award again: its facts, its entry in the hub's ledger, its proof. */
  verify: { request: Nothing; reply: Audit };
  /** Everything that it takes to check the sum elsewhere. */
  export: { request: Nothing; reply: ExportFile };
  /** Judges a photo, a sound, a text or a file, and holds it until it is kept. */
  check_capture: { request: CheckCapture; reply: CheckedCapture };
  /** Keeps a judged capture: as it was taken, and as it may be shared. */
  keep_capture: { request: KeepCapture; reply: CaptureList };
  /** Ends a judging that is under way, or lets go of one that is over and not kept. */
  discard_capture: { request: ThisCheck; reply: Nothing };
  /** The captures that are kept, the newest first. */
  captures_kept: { request: Nothing; reply: CaptureList };
  /** What may leave of a capture, byte for byte. */
  shared_capture: { request: ThisCapture; reply: SharedFile };
  /** A capture as it was taken, byte for byte; it stays on the device. */
  original_capture: { request: ThisCapture; reply: OriginalFile };
  /** Deletes a capture; for ten minutes it can be brought back. */
  delete_capture: { request: ThisCapture; reply: CaptureList };
  /** Brings a deleted capture back. */
  restore_capture: { request: ThisCapture; reply: CaptureList };
  /** The sums, for programs. */
  status: { request: Nothing; reply: Status };
}
