import {
  EventBridgeClient,
  type EventBridgeClientConfig,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';
import type { Announcement, Notifier } from '../app/ports/cloud.ts';
import type { Effects } from '../app/ports/effects.ts';
import { RetryableError } from '../core/errors.ts';
import { callAws } from './errors.ts';

export const openEventBridge = (settings: EventBridgeClientConfig): EventBridgeClient =>
  new EventBridgeClient(settings);

export const openSns = (settings: SNSClientConfig): SNSClient => new SNSClient(settings);

export interface NotifierOptions {
  readonly sns: SNSClient;
  readonly topicArn: string;
  readonly events: EventBridgeClient;
  /** Name or ARN; the account's default bus when omitted. */
  readonly eventBus?: string;
  readonly effects: Effects;
}

/** SNS takes ASCII subjects of at most 100 characters on one line. */
const SUBJECT_LIMIT = 100;
/** SNS takes 256 KB; this leaves room for the envelope and for characters of several bytes. */
const TEXT_LIMIT = 50_000;

/**
 * Tells people through an SNS topic and programs through the event bus: source `lockkeeper`, detail type
 * `Lockkeeper Run Status Change`. A repeated call tells them twice.
 */
export function awsNotifier(options: NotifierOptions): Notifier {
  return {
    notify: ({ subject, text }) => publish(options, subject, cut(text, TEXT_LIMIT)),
    announce: (change) => putEvent(options, change),
  };
}

async function publish(options: NotifierOptions, subject: string, text: string): Promise<void> {
  const { sns, topicArn, effects } = options;
  const command = new PublishCommand({ TopicArn: topicArn, Subject: asSubject(subject), Message: text });
  await callAws({ doing: `publishing to ${topicArn}`, repeatable: true }, () =>
    effects.around('sns:Publish', () => sns.send(command)),
  );
}

async function putEvent(options: NotifierOptions, change: Announcement): Promise<void> {
  const { events, eventBus, effects } = options;
  const entry = {
    Source: 'lockkeeper',
    DetailType: 'Lockkeeper Run Status Change',
    Detail: JSON.stringify(change),
    ...(eventBus === undefined ? {} : { EventBusName: eventBus }),
  };
  const doing = 'putting an event on the bus';
  const answer = await callAws({ doing, repeatable: true }, () =>
    effects.around('events:PutEvents', () => events.send(new PutEventsCommand({ Entries: [entry] }))),
  );
  // The call succeeds as a whole even when its only entry was refused.
  const refused = answer.Entries?.find((result) => result.ErrorCode !== undefined);
  if (refused !== undefined) {
    throw new RetryableError(`${doing}: ${refused.ErrorCode}: ${refused.ErrorMessage ?? ''}`, {
      code: 'event-refused',
    });
  }
}

function asSubject(subject: string): string {
  const ascii = subject.replace(/[^\x20-\x7e]+/g, ' ').trim();
  return cut(ascii === '' ? 'Lockkeeper' : ascii, SUBJECT_LIMIT, '...');
}

function cut(text: string, limit: number, mark = '…'): string {
  return text.length <= limit ? text : text.slice(0, limit - mark.length) + mark;
}
