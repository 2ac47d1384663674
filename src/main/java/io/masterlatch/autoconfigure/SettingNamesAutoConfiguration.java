package io.masterlatch.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Auto-configures the check of the names of all settings, also in an application that uses no feature. */
@AutoConfiguration
public final class SettingNamesAutoConfiguration {

    @Bean
    static SettingNamesCheck masterLatchSettingNamesCheck(Environment environment) {
        return new SettingNamesCheck(environment);
    }
}
