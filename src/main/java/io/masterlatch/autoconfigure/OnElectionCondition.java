package io.masterlatch.autoconfigure;

import org.apache.curator.framework.CuratorFramework;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/** Matches when a setting or a client of the application says where the election is held. */
final class OnElectionCondition extends AnyNestedCondition {

    OnElectionCondition() {
        super(ConfigurationPhase.REGISTER_BEAN);
    }

    @ConditionalOnBean(CuratorFramework.class)
    static class Client {}

    @Conditional(OnSetting.class)
    static class Setting {}

    static class OnSetting extends SpringBootCondition {

        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            Environment environment = context.getEnvironment();
            ConditionMessage.Builder message = ConditionMessage.forCondition("Election");
            for (String name : new String[] {"masterlatch.zookeeper.connect-string", "masterlatch.mode"}) {
                if (StringUtils.hasText(environment.getProperty(name))) {
                    return ConditionOutcome.match(message.found("setting").items(name));
                }
            }
            String embedded = environment.getProperty("masterlatch.zookeeper.embedded.enabled");
            // A value that is neither true nor false is reported when it is bound.
            return StringUtils.hasText(embedded) && !embedded.equalsIgnoreCase("false")
                    ? ConditionOutcome.match(message.found("setting").items("masterlatch.zookeeper.embedded.enabled"))
                    : ConditionOutcome.noMatch(message.because("there is no setting that names a ZooKeeper"));
        }
    }
}
