package org.wguplink.lab.bench;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.wguplink.lab.Usage;

/** The command {@code ./bench}. */
public final class Bench {
    private static final List<Topic> TOPICS =
            List.of(new OutageTopic(), new CompareTopic(), new IdleTopic(), new FootprintTopic(), new CliTopic());

    private Bench() {}

    /** Returns the exit status. */
    public static int run(List<String> args) throws IOException {
        if (args.contains("--help") || args.contains("-h")) {
            System.out.print(help());
            return 0;
        }
        if (args.isEmpty())
            throw new Usage("bench: no topic; expected one of %s, see ./bench --help".formatted(names()));
        Topic topic = TOPICS.stream()
                .filter(known -> known.name().equals(args.getFirst()))
                .findFirst()
                .orElseThrow(() -> new Usage("bench: unknown topic '%s'; expected one of %s, see ./bench --help"
                        .formatted(args.getFirst(), names())));
        Map<String, String> options = options(topic, args.subList(1, args.size()));
        boolean json = options.remove("json") != null;
        Topic.Outcome outcome = topic.measure(new Topic.Options(topic.name(), options), Bench::progress);
        System.out.print(json ? outcome.json() + "\n" : outcome.table());
        return 0;
    }

    private static Map<String, String> options(Topic topic, List<String> args) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            if (arg.equals("--json")) {
                options.put("json", "");
                continue;
            }
            if (!arg.startsWith("--") || !topic.help().contains("  " + arg + " "))
                throw new Usage("bench %s: unknown option '%s'; see ./bench --help".formatted(topic.name(), arg));
            if (topic.flags().contains(arg.substring(2))) {
                options.put(arg.substring(2), "");
                continue;
            }
            if (++i == args.size()) throw new Usage("bench %s: %s needs a value".formatted(topic.name(), arg));
            options.put(arg.substring(2), args.get(i));
        }
        return options;
    }

    private static void progress(String line) {
        System.err.println(line);
    }

    private static String names() {
        return TOPICS.stream().map(Topic::name).collect(Collectors.joining(", "));
    }

    private static String help() {
        return """
                Usage: ./bench TOPIC [options] [--json]

                Measures in a lab of network namespaces on this machine; needs root. Results on standard output,
                progress on standard error.

                """ + TOPICS.stream().map(Topic::help).collect(Collectors.joining());
    }
}
