import { answerQuery } from './query.ts';
import type { AwsRequest, AwsResponse, AwsService } from './service.ts';

/** Answers who the caller is: always the one local identity. */
export class StsService implements AwsService {
  readonly name = 'sts';
  readonly #account: string;

  constructor(account: string) {
    this.#account = account;
  }

  handle(request: AwsRequest): Promise<AwsResponse> {
    return answerQuery(
      {
        service: 'sts',
        namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
        operations: {
          GetCallerIdentity: () => ({
            UserId: 'AIDALOCALLOCKKEEPER00',
            Account: this.#account,
            Arn: `arn:aws:iam::${this.#account}:user/local`,
          }),
        },
      },
      request,
    );
  }
}
