package org.wguplink.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.wguplink.lab.net.Lab;

/** A test that builds network namespaces; skipped, with the reason, where that cannot be done. */
@Tag("kernel")
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsLab.Condition.class)
public @interface NeedsLab {

    /** Says by name what is skipped, and why. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            Optional<String> missing = Lab.missing();
            if (missing.isEmpty()) return ConditionEvaluationResult.enabled("the lab can be built");
            System.err.println("skipped: %s: %s".formatted(context.getDisplayName(), missing.get()));
            return ConditionEvaluationResult.disabled(missing.get());
        }
    }
}
