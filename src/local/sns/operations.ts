/** Every action of the SNS API: those that are built, and the names of those that are not. */
import type { Operation } from "./operation.ts";
import { publish } from "./publishOperation.ts";
import {
  confirmSubscription,
  getSubscriptionAttributes,
  listSubscriptions,
  listSubscriptionsByTopic,
  setSubscriptionAttributes,
  subscribe,
  unsubscribe,
} from "./subscriptionOperations.ts";
import { listTagsForResource, tagResource, untagResource } from "./tagOperations.ts";
import { createTopic, deleteTopic, getTopicAttributes, listTopics, setTopicAttributes } from "./topicOperations.ts";

export const OPERATIONS: Record<string, Operation> = {
  ConfirmSubscription: confirmSubscription,
  CreateTopic: createTopic,
  DeleteTopic: deleteTopic,
  GetSubscriptionAttributes: getSubscriptionAttributes,
  GetTopicAttributes: getTopicAttributes,
  ListSubscriptions: listSubscriptions,
  ListSubscriptionsByTopic: listSubscriptionsByTopic,
  ListTagsForResource: listTagsForResource,
  ListTopics: listTopics,
  Publish: publish,
  SetSubscriptionAttributes: setSubscriptionAttributes,
  SetTopicAttributes: setTopicAttributes,
  Subscribe: subscribe,
  TagResource: tagResource,
  Unsubscribe: unsubscribe,
  UntagResource: untagResource,
};

/** Permissions, batches, data protection, and everything for telephones and applications. */
export const NOT_BUILT = [
  "AddPermission",
  "CheckIfPhoneNumberIsOptedOut",
  "CreatePlatformApplication",
  "CreatePlatformEndpoint",
  "CreateSMSSandboxPhoneNumber",
  "DeleteEndpoint",
  "DeletePlatformApplication",
  "DeleteSMSSandboxPhoneNumber",
  "GetDataProtectionPolicy",
  "GetEndpointAttributes",
  "GetPlatformApplicationAttributes",
  "GetSMSAttributes",
  "GetSMSSandboxAccountStatus",
  "ListEndpointsByPlatformApplication",
  "ListOriginationNumbers",
  "ListPhoneNumbersOptedOut",
  "ListPlatformApplications",
  "ListSMSSandboxPhoneNumbers",
  "OptInPhoneNumber",
  "PublishBatch",
  "PutDataProtectionPolicy",
  "RemovePermission",
  "SetEndpointAttributes",
  "SetPlatformApplicationAttributes",
  "SetSMSAttributes",
  "VerifySMSSandboxPhoneNumber",
];
