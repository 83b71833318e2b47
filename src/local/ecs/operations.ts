/** Every operation that is built, and the names of those that are not. */
import type { Operations } from "../../shapes/ecs.ts";
import {
  createCluster,
  deleteCluster,
  describeClusters,
  listClusters,
  updateCluster,
  updateClusterSettings,
} from "./clusterOperations.ts";
import { createService } from "./createService.ts";
import {
  deleteTaskDefinitions,
  deregisterTaskDefinition,
  describeTaskDefinition,
  listTaskDefinitionFamilies,
  listTaskDefinitions,
  registerTaskDefinition,
} from "./definitionOperations.ts";
import type { Operation } from "./operation.ts";
import { deleteService, describeServices, listServices } from "./serviceOperations.ts";
import { listTagsForResource, tagResource, untagResource } from "./tagOperations.ts";
import { describeTasks, listTasks, stopTask } from "./taskOperations.ts";
import {
  createTaskSet,
  deleteTaskSet,
  describeTaskSets,
  updateServicePrimaryTaskSet,
  updateTaskSet,
} from "./taskSetOperations.ts";
import { updateService } from "./updateService.ts";

export const registry: { [Name in keyof Operations]: Operation<Name> } = {
  CreateCluster: createCluster,
  CreateService: createService,
  CreateTaskSet: createTaskSet,
  DeleteCluster: deleteCluster,
  DeleteService: deleteService,
  DeleteTaskDefinitions: deleteTaskDefinitions,
  DeleteTaskSet: deleteTaskSet,
  DeregisterTaskDefinition: deregisterTaskDefinition,
  DescribeClusters: describeClusters,
  DescribeServices: describeServices,
  DescribeTaskDefinition: describeTaskDefinition,
  DescribeTaskSets: describeTaskSets,
  DescribeTasks: describeTasks,
  ListClusters: listClusters,
  ListServices: listServices,
  ListTagsForResource: listTagsForResource,
  ListTaskDefinitionFamilies: listTaskDefinitionFamilies,
  ListTaskDefinitions: listTaskDefinitions,
  ListTasks: listTasks,
  RegisterTaskDefinition: registerTaskDefinition,
  StopTask: stopTask,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateCluster: updateCluster,
  UpdateClusterSettings: updateClusterSettings,
  UpdateService: updateService,
  UpdateServicePrimaryTaskSet: updateServicePrimaryTaskSet,
  UpdateTaskSet: updateTaskSet,
};

/** Operations of AWS that are answered with 501; so is everything about daemons and gateways. */
export const NOT_BUILT = new Set([
  "ContinueServiceDeployment",
  "CreateCapacityProvider",
  "DeleteAccountSetting",
  "DeleteAttributes",
  "DeleteCapacityProvider",
  "DeregisterContainerInstance",
  "DescribeCapacityProviders",
  "DescribeContainerInstances",
  "DescribeServiceDeployments",
  "DescribeServiceRevisions",
  "DiscoverPollEndpoint",
  "ExecuteCommand",
  "GetTaskProtection",
  "ListAccountSettings",
  "ListAttributes",
  "ListContainerInstances",
  "ListServiceDeployments",
  "ListServicesByNamespace",
  "PutAccountSetting",
  "PutAccountSettingDefault",
  "PutAttributes",
  "PutClusterCapacityProviders",
  "RegisterContainerInstance",
  "RunTask",
  "StartTask",
  "StopServiceDeployment",
  "SubmitAttachmentStateChanges",
  "SubmitContainerStateChange",
  "SubmitTaskStateChange",
  "UpdateCapacityProvider",
  "UpdateContainerAgent",
  "UpdateContainerInstancesState",
  "UpdateTaskProtection",
]);
