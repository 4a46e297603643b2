import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.opensearch.Version;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;

/**
 * A node of OpenSearch in a process of its own, from jars of Maven Central alone, so that a test can kill it.
 *
 *   java -cp classes:jars TestNode FOLDER setting=value ...
 *
 * It writes "ready" once it can be asked, and ends in good order when it is sent SIGTERM.
 */
public final class TestNode extends Node {
    /** What the official distribution loads as modules, as far as the index needs it. */
    private static final List<String> MODULES = List.of(
        "org.opensearch.transport.Netty4ModulePlugin",
        "org.opensearch.index.reindex.ReindexModulePlugin",  // deletion by query
        "org.opensearch.analysis.common.CommonAnalysisModulePlugin");

    private TestNode(Environment environment) {
        super(environment, MODULES.stream().map(TestNode::plugin).toList(), true);
    }

    private static PluginInfo plugin(String name) {
        String java = Integer.toString(Runtime.version().feature());
        return new PluginInfo(name, "on the class path", "NA", Version.CURRENT, java, name, null, List.of(), false);
    }

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]).toAbsolutePath();
        Path config = Files.createDirectories(home.resolve("config"));
        Files.writeString(config.resolve("opensearch.yml"), "");
        Files.writeString(config.resolve("log4j2.properties"), """
            appender.console.type = Console
            appender.console.name = console
            appender.console.layout.type = PatternLayout
            appender.console.layout.pattern = %d{HH:mm:ss,SSS} %-5p %c{1.}: %m%n
            rootLogger.level = info
            rootLogger.appenderRef.console.ref = console
            """);
        Settings.Builder settings = Settings.builder().put("path.home", home).put("path.data", home.resolve("data"));
        for (String argument : List.of(arguments).subList(1, arguments.length)) {
            String[] pair = argument.split("=", 2);
            settings.put(pair[0], pair[1]);
        }
        java.io.PrintStream out = System.out;  // which the log takes for itself
        Environment environment =
            InternalSettingsPreparer.prepareEnvironment(settings.build(), Map.of(), config, () -> "node");
        LogConfigurator.configure(environment);
        TestNode node = new TestNode(environment);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
            } catch (Exception error) {
                error.printStackTrace();
            } finally {
                ended.countDown();
            }
        }));
        node.start();
        out.println("ready");
        ended.await();
    }
}
