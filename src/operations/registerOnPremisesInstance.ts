import { isRegistered, newInstanceArn, requireIamArn, requireInstanceName } from "../resources/onPremisesInstance.ts";
import {
  IamSessionArnAlreadyRegisteredException,
  IamUserArnAlreadyRegisteredException,
  InstanceNameAlreadyRegisteredException,
} from "../shapes/codedeploy.ts";
import { defineOperation } from "./operation.ts";

/** A name that was deregistered can be had again: as a new instance, with a new ARN and without tags. */
export const registerOnPremisesInstance = defineOperation(
  "RegisterOnPremisesInstance",
  async (input, { store, clock, ids }, caller) => {
    const instanceName = requireInstanceName(input.instanceName);
    const iamArn = requireIamArn(input);

    return store.transaction(async ({ onPremisesInstances }) => {
      if (isRegistered(await onPremisesInstances.find(caller, instanceName))) {
        throw new InstanceNameAlreadyRegisteredException(
          `The on-premises instance name ${instanceName} is already registered; deregister it first`,
        );
      }
      const other = await onPremisesInstances.registeredWith(caller, iamArn.iamUserArn ?? iamArn.iamSessionArn ?? "");
      if (other !== undefined && iamArn.iamUserArn) {
        throw new IamUserArnAlreadyRegisteredException(
          `The IAM user ARN ${iamArn.iamUserArn} is already registered, for the on-premises instance ${other}`,
        );
      }
      if (other !== undefined) {
        throw new IamSessionArnAlreadyRegisteredException(
          `The IAM session ARN ${iamArn.iamSessionArn} is already registered, for the on-premises instance ${other}`,
        );
      }
      await onPremisesInstances.removeAllTags(caller, instanceName);
      await onPremisesInstances.put(caller, {
        ...iamArn,
        instanceName,
        instanceArn: newInstanceArn(caller, instanceName, ids.fraction),
        registerTime: clock.now(),
      });
      return {};
    });
  },
);
