package io.masterlatch.simulation;

import io.masterlatch.election.Election;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Loads this project's classes once more, some of them compiled from changed sources. */
final class MutantLoader extends ClassLoader {

    private static final String OURS = "io.masterlatch.";
    private static final Path SOURCES = Path.of("src/main/java/io/masterlatch/election");

    private final Map<String, byte[]> changed;

    private MutantLoader(Map<String, byte[]> changed) {
        super(MutantLoader.class.getClassLoader());
        this.changed = changed;
    }

    /** Returns what runs a seed's schedule with a mutant in place of the production code. */
    @SuppressWarnings("unchecked")
    static LongFunction<@Nullable String> trial(Mutant mutant) throws IOException, ReflectiveOperationException {
        Map<String, String> sources = new TreeMap<>();
        for (Mutant.Edit edit : mutant.edits) {
            String source = sources.containsKey(edit.type())
                    ? sources.get(edit.type())
                    : Files.readString(SOURCES.resolve(edit.type() + ".java"));
            int at = source.indexOf(edit.from());
            if (at < 0 || at != source.lastIndexOf(edit.from())) {
                throw new IllegalStateException(
                        mutant + ": " + edit.type() + ".java must contain this exactly once: " + edit.from());
            }
            sources.put(edit.type(), source.replace(edit.from(), edit.to()));
        }
        var trial = new MutantLoader(compile(sources))
                .loadClass(Trial.class.getName())
                .getDeclaredConstructor(String.class, String.class);
        trial.setAccessible(true);
        return (LongFunction<@Nullable String>) trial.newInstance(mutant.realm.name(), mutant.focus);
    }

    private static Map<String, byte[]> compile(Map<String, String> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<JavaFileObject> files = sources.entrySet().stream()
                .<JavaFileObject>map(entry -> new Source(entry.getKey(), entry.getValue()))
                .toList();
        try (Output output = new Output(compiler.getStandardFileManager(null, null, null))) {
            String path = location(Election.class) + java.io.File.pathSeparator + location(Nullable.class);
            if (!compiler.getTask(null, output, null, List.of("-proc:none", "-cp", path), null, files)
                    .call()) {
                throw new IllegalStateException("A mutant does not compile");
            }
            Map<String, byte[]> classes = new HashMap<>();
            output.classes.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
            return classes;
        }
    }

    private static Path location(Class<?> type) {
        return Path.of(URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : findClass(name);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = changed.get(name);
        if (bytes != null) {
            return defineClass(name, bytes, 0, bytes.length);
        }
        try (InputStream stream = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (stream == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] read = stream.readAllBytes();
            return defineClass(name, read, 0, read.length);
        } catch (IOException ex) {
            throw new ClassNotFoundException(name, ex);
        }
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String type, String text) {
            super(URI.create("string:///io/masterlatch/election/" + type + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Output extends ForwardingJavaFileManager<JavaFileManager> {

        private final Map<String, ByteArrayOutputStream> classes = new HashMap<>();

        Output(JavaFileManager standard) {
            super(standard);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, @Nullable FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("bytes:///" + name), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return classes.computeIfAbsent(name, created -> new ByteArrayOutputStream());
                }
            };
        }
    }
}
