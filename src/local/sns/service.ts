import { randomUUID } from 'node:crypto';
import { AwsError } from '../gateway/errors.ts';
import { answerQuery, type QueryParameters } from '../gateway/query.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../gateway/service.ts';

export interface PublishedMessage {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject: string | undefined;
  readonly message: string;
  /** String values of the message attributes. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
}

/** SNS that delivers to nobody but this process: what is published can be looked at and listened to. */
export class SnsService implements AwsService {
  readonly name = 'sns';
  readonly messages: PublishedMessage[] = [];
  readonly subscriptions: Subscription[] = [];
  readonly #topics = new Set<string>();
  readonly #listeners = new Set<(message: PublishedMessage) => void>();
  readonly #prefix: string;

  constructor(options: { readonly region: string; readonly account: string }) {
    this.#prefix = `arn:aws:sns:${options.region}:${options.account}:`;
  }

  handle(request: AwsRequest): Promise<AwsResponse> {
    return answerQuery(
      {
        service: this.name,
        namespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
        operations: {
          CreateTopic: (parameters) => ({ TopicArn: this.createTopic(parameters.required('Name')) }),
          ListTopics: () => ({ Topics: [...this.#topics].map((TopicArn) => ({ TopicArn })) }),
          Publish: (parameters) => this.#publish(parameters),
          Subscribe: (parameters) => this.#subscribe(parameters),
        },
      },
      request,
    );
  }

  /** Creates the topic unless it exists; returns its ARN. */
  createTopic(name: string): string {
    if (!/^[\w-]{1,256}$/.test(name)) throw new AwsError('InvalidParameter', 'Invalid parameter: Topic Name');
    const arn = this.#prefix + name;
    this.#topics.add(arn);
    return arn;
  }

  /** Calls `listener` for each message from now on; returns the function that ends this. */
  onMessage(listener: (message: PublishedMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #publish(parameters: QueryParameters) {
    const published: PublishedMessage = {
      messageId: randomUUID(),
      topicArn: this.#topic(parameters),
      subject: parameters.optional('Subject'),
      message: parameters.required('Message'),
      attributes: Object.fromEntries(
        parameters
          .structures('MessageAttributes')
          .map((entry) => [entry.get('Name') ?? '', entry.get('Value.StringValue') ?? '']),
      ),
    };
    this.messages.push(published);
    for (const listener of this.#listeners) listener(published);
    return { MessageId: published.messageId };
  }

  #subscribe(parameters: QueryParameters) {
    const topicArn = this.#topic(parameters);
    const subscription: Subscription = {
      arn: `${topicArn}:${randomUUID()}`,
      topicArn,
      protocol: parameters.required('Protocol'),
      endpoint: parameters.optional('Endpoint') ?? '',
    };
    this.subscriptions.push(subscription);
    return { SubscriptionArn: subscription.arn };
  }

  #topic(parameters: QueryParameters): string {
    const arn = parameters.required('TopicArn');
    if (this.#topics.has(arn)) return arn;
    throw new AwsError('NotFound', 'Topic does not exist', 404);
  }
}
